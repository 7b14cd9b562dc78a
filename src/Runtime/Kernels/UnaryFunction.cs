namespace EdgeSeq.Runtime.Kernels;

/// <summary>Elementwise functions of one float32 operand, named as in ONNX. alpha and beta are the ONNX attributes where a
/// function has any; the caller passes ONNX's defaults.</summary>
internal enum UnaryFunction
{
    Abs,
    Neg,
    Sign,
    Relu,

    /// <summary>x &lt; 0 ? alpha·x : x.</summary>
    LeakyRelu,

    /// <summary>x &lt; 0 ? alpha·(eˣ - 1) : x.</summary>
    Elu,

    /// <summary>beta·(x &gt; 0 ? x : alpha·(eˣ - 1)); beta is ONNX's gamma.</summary>
    Selu,

    /// <summary>max(0, x) + min(0, alpha·(e^(x/alpha) - 1)).</summary>
    Celu,

    /// <summary>x &gt; alpha ? x : 0.</summary>
    ThresholdedRelu,

    /// <summary>max(0, min(1, alpha·x + beta)).</summary>
    HardSigmoid,

    /// <summary>x·max(0, min(1, x/6 + 0.5)).</summary>
    HardSwish,
    Sigmoid,

    /// <summary>x·sigmoid(alpha·x).</summary>
    Swish,
    Tanh,
    Softplus,
    Softsign,

    /// <summary>x/2·(1 + erf(x/√2)).</summary>
    Gelu,

    /// <summary>Gelu by its tanh approximation.</summary>
    GeluTanh,
    Mish,
    Exp,
    Log,
    Sqrt,
    Reciprocal,
    Erf,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Asinh,
    Acosh,
    Atanh,
    Floor,
    Ceil,

    /// <summary>To the nearest integer, ties to even.</summary>
    Round,

    /// <summary>max(alpha, min(beta, x)), a NaN stays.</summary>
    Clip,

    /// <summary>x &lt; -alpha ? x + beta : x &gt; alpha ? x - beta : 0.</summary>
    Shrink,
}
