namespace EdgeSeq.Runtime.Kernels;

/// <summary>Elementwise functions of two float32 operands, named as in ONNX.</summary>
internal enum BinaryFunction
{
    Add,
    Sub,
    Mul,
    Div,

    /// <summary>IEEE 754 pow: a negative base with a non-integral exponent gives NaN.</summary>
    Pow,

    /// <summary>The smaller; NaN if either is.</summary>
    Min,

    /// <summary>The larger; NaN if either is.</summary>
    Max,

    /// <summary>Remainder with the divisor's sign (Python's %).</summary>
    Mod,

    /// <summary>Remainder with the dividend's sign (C's fmod).</summary>
    FMod,

    /// <summary>a &lt; 0 ? a·b : a.</summary>
    PRelu,
}
