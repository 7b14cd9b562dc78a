using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>
/// Numbers for each query and key that follow from the query and from tables of positions alone: relative positions as Shaw, Transformer-XL
/// and Music Transformer have them. How they are laid out and shifted into place is not recognised; <see cref="RelativeScores"/> finds what
/// they amount to when they are added to scores.
/// </summary>
/// <param name="Name">The ONNX wire.</param>
/// <param name="Query">The sequence that they are made of.</param>
/// <param name="QueryName">Its ONNX wire.</param>
internal sealed record RelativeWire(string Name, StreamWire Query, string QueryName) : Wire
{
    /// <summary>Ops that lay them out in another way.</summary>
    private static readonly HashSet<string> Moves =
    [
        "Cast", "Concat", "Div", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "Identity", "Mul", "Pad", "Reshape", "Slice",
        "Squeeze", "Transpose", "Trilu", "Unsqueeze", "Where",
    ];

    public override string Description(int inputRate) => "part of attention";

    /// <summary>A product of a sequence with a table of positions that has a number for each pair of elements; null where the node gives
    /// something else.</summary>
    public static RelativeWire? TryOpen(NodeContext c)
    {
        var (stream, table) = c.Stream(0) is { } left ? (0, 1) : (1, 0);
        if (c.Stream(stream) is not { } query || c.Input(table) is not ConstantWire { VariesWithTime: true } || c.GrowingAxes() < 2)
            return null;

        return new RelativeWire(c.Node.Outputs[0], query, c.Node.Inputs[stream]);
    }

    public override Wire?[]? Continue(NodeContext c)
    {
        var others = Enumerable.Range(0, c.InputCount).Where(i => c.Input(i) is not (null or ConstantWire) && c.Input(i) != this).ToList();
        return others.Count == 0 && Moves.Contains(c.Node.OpType) ? [this with { Name = c.Node.Outputs[0] }]
            : others is [var other] && c.Input(other) is ScoresWire && c.Node.OpType is "Add" or "Sub" or "Sum" ? null
            : throw c.Refuse("it combines numbers for each query and position with something else than attention scores",
                Refusal.UseWindow);
    }
}
