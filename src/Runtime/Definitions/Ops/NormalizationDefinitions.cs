using static EdgeSeq.Runtime.Definitions.Define;

namespace EdgeSeq.Runtime.Definitions.Ops;

internal static class NormalizationDefinitions
{
    public static IReadOnlyList<OpDefinition> All { get; } =
    [
        new("LayerNorm", OpFamily.Normalization)
        {
            Meaning = "per vector of count; rms has no bias",
            Inputs = [Data("x"), Parameters("scale").Optional(), Parameters("bias").Optional()],
            Outputs = [Data("y")],
            Attributes = [Size("outer", 1), Size("count"), Float("epsilon") with { IsNotNegative = true }, Flag("rms")],
            Traits = OpTraits.InPlace,
            Multiplications = NoMatrixWork,
        },
        new("Softmax", OpFamily.Normalization)
        {
            Meaning = "along the middle axis",
            Inputs = [Data("x")],
            Outputs = [Data("y")],
            Attributes = [Size("outer", 1), Size("count"), Size("inner", 1), Flag("log")],
            Traits = OpTraits.InPlace,
            Multiplications = NoMatrixWork,
        },
    ];
}
