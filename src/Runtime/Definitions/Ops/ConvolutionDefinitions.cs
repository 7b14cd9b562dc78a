using static EdgeSeq.Runtime.Definitions.Define;

namespace EdgeSeq.Runtime.Definitions.Ops;

internal static class ConvolutionDefinitions
{
    private static readonly AttributeDefinition[] Channels = [Size("batch", 1), Size("channels"), Size("outChannels"), Size("groups", 1)];

    /// <summary>A kernel on a plane [H, W]; pads are top, left, bottom, right.</summary>
    private static readonly AttributeDefinition[] Kernel =
        [Shape("kernel", 2), Ints("strides", 1, 1, 1), Ints("dilations", 1, 1, 1), Ints("pads", 0, 0, 0, 0, 0)];

    public static IReadOnlyList<OpDefinition> All { get; } =
    [
        new("Conv", OpFamily.Convolution)
        {
            Meaning = "planes [H, W], pads top, left, bottom, right; columns of W in the order [kh][kw][channel in group]; "
                + "one dimension is H = 1",
            Inputs = [Data("x"), Weights("W", "scale"), Scale("scale"), Bias(), Shift()],
            Outputs = [Data("y")],
            Attributes = [.. Channels, Shape("inputShape", 2), .. Kernel, .. Products.Attributes],
            Matrices = [Products.Matrix(VectorSource.Patches)],
            Traits = OpTraits.None,
            Multiplications = op => op["batch"] * op["outChannels"] * Positions(op, 0) * Positions(op, 1)
                * op.Product("kernel") * op["channels"] / op["groups"],
        },
        new("ConvStep", OpFamily.Convolution)
        {
            Meaning = "one position of a causal 1-D convolution; ring [L, channels] with L = (kernel-1)·dilation + 1 keeps "
                + "the last elements, element e in slot e mod L; columns of W in the order [tap, oldest first][channel in group]",
            Inputs = [StreamDefinitions.Pushed, State("ring"), Weights("W", "scale"), Scale("scale"), Bias(), Shift()],
            Outputs = [Data("y")],
            Attributes =
            [
                Size("channels"), Size("outChannels"), Size("kernel"), Size("dilation", 1), Size("groups", 1),
                .. Products.Attributes, .. StreamDefinitions.PushAttributes,
            ],
            WritesStatesIf = Push,
            Matrices = [Products.Matrix(VectorSource.Ring)],
            Traits = OpTraits.None,
            Multiplications = op => op["outChannels"] * op["kernel"] * op["channels"] / op["groups"],
        },
        new("Pool", OpFamily.Convolution)
        {
            Meaning = "ONNX's pooling; outputShape may have one position more than fits (ceil_mode)",
            Inputs = [Data("x")],
            Outputs = [Data("y")],
            Attributes =
            [
                Choice("fn", Enum.GetNames<PoolFunction>()), Size("batch", 1), Size("channels"), Shape("inputShape", 2),
                Shape("outputShape", 2) with { IsRequired = false }, .. Kernel, Flag("countIncludePad"), Int("p", 1, 2) with { Most = 2 },
            ],
            Traits = OpTraits.None,
            Multiplications = NoMatrixWork,
            OtherWork = op => op.Output * op.Product("kernel"),
        },
    ];

    /// <summary>Positions of the kernel along an axis.</summary>
    private static long Positions(OpFacts op, int axis)
    {
        var reach = ((op["kernel", axis] - 1) * op["dilations", axis]) + 1;
        return ((op["inputShape", axis] + op["pads", axis] + op["pads", axis + 2] - reach) / op["strides", axis]) + 1;
    }
}
