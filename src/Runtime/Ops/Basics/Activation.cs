using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;

namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>An elementwise function with its parameters, ONNX's defaults where the program gives none.</summary>
internal readonly record struct Activation(UnaryFunction Function, float Alpha, float Beta)
{
    /// <summary>Reads the attributes alpha and beta for this function.</summary>
    public static Activation Read(OpReader reader, UnaryFunction function)
    {
        var (alpha, beta) = Defaults(function);
        return new Activation(function, reader.OptionalFloat("alpha") ?? alpha, reader.OptionalFloat("beta") ?? beta);
    }

    /// <summary>Reads the optional attribute activation with its alpha and beta; null where there is none.</summary>
    public static Activation? ReadOptional(OpReader reader) =>
        reader.Has("activation") ? Read(reader, reader.Choice<UnaryFunction>("activation")) : null;

    /// <summary>ONNX's default alpha and beta (gamma of Selu, lambd and bias of Shrink, min and max of Clip).</summary>
    public static (float Alpha, float Beta) Defaults(UnaryFunction function) => function switch
    {
        UnaryFunction.LeakyRelu => (0.01f, 0),
        UnaryFunction.Elu or UnaryFunction.Celu or UnaryFunction.ThresholdedRelu or UnaryFunction.Swish => (1, 0),
        UnaryFunction.Selu => (1.67326319217681884765625f, 1.05070102214813232421875f),
        UnaryFunction.HardSigmoid => (0.2f, 0.5f),
        UnaryFunction.Clip => (float.NegativeInfinity, float.PositiveInfinity),
        UnaryFunction.Shrink => (0.5f, 0),
        _ => (0, 0),
    };

    /// <summary>y may be x.</summary>
    public void Apply(ReadOnlySpan<float> x, Span<float> y) => KernelSets.Active.Unary(Function, x, y, Alpha, Beta);
}
