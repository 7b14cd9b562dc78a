using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Program;
using static EdgeSeq.Runtime.Definitions.Define;

namespace EdgeSeq.Runtime.Definitions.Ops;

internal static class AttentionDefinitions
{
    public static IReadOnlyList<OpDefinition> All { get; } =
    [
        new("Attention", OpFamily.Attention)
        {
            Meaning = "attends to the last min(j+1, window) tokens, token j in slot j mod window; "
                + "per kv head kRing is packed [window, keySize], vRing packed [valueSize, window], both F32, "
                + "or I8 with kScale and vScale [kvHeads, window], where vRing lies tile by tile, [valueSize/16][window/4][16][4]; "
                + "bias relative [biasHeads, window] by distance, absolute [biasHeads, rows, window] at row j (not with sliding); "
                + "keyBias is added to the scores of this token's key for all heads, keyBiases [window]; "
                + "zeros where every score is at most -1e30",
            Inputs =
            [
                Data("q"), Data("k"), Data("v"), Ring("kRing", "kScale"), Ring("vRing", "vScale"),
                State("kScale").Optional(), State("vScale").Optional(), Parameters("bias").Optional(),
                Data("keyBias").Optional(), State("keyBiases").Optional(),
            ],
            Outputs = [Data("y")],
            Attributes =
            [
                Size("heads"), SizeOr("kvHeads", "heads"), Size("keySize"), SizeOr("valueSize", "keySize"), Size("window"), Flag("sliding"),
                Float("scale"), OptionalScale("softcap"), LowerChoice<AttentionBias>("bias", "none"),
                Int("biasHeads", 0, 1), Int("rows", 0, 1),
            ],
            Traits = OpTraits.None,
            Multiplications = op => op["heads"] * op["window"] * (op["keySize"] + op["valueSize"]),
        },
        new("AttentionPool", OpFamily.Attention)
        {
            Meaning = "y[h, :] = Σ softmax(score[h])·value[h, :] over all ticks so far; acc [heads, 2 + size]",
            Inputs = [Data("score"), Data("value"), State("acc")],
            Outputs = [Data("y")],
            Attributes = [Size("heads", 1), Size("size")],
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
        },
    ];

    private static OperandDefinition Ring(string name, string scale) => State(name, ElementType.F32, ElementType.I8) with { Scale = scale };
}
