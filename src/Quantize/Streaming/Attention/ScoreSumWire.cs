namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>The sum over the keys of weights that were masked after their softmax, by which they are divided again.</summary>
internal sealed record ScoreSumWire(ScoresWire Scores) : Wire
{
    /// <summary>What is added against a division by zero.</summary>
    private const float Guard = 1e-5f;

    public override string Description(int inputRate) => "part of attention";

    public override Wire?[]? Continue(NodeContext c)
    {
        var guards = c.InputCount < 2 || Enumerable.Range(1, c.InputCount - 1).All(i => c.Input(i) is null or ConstantWire);
        return c.Node.OpType switch
        {
            "Identity" or "Cast" or "Expand" => [this],
            "Add" or "Max" when c.Constant(c.Input(0) == this ? 1 : 0) is { Count: 1 } added
                && added.ToFloats()[0] is >= 0 and <= Guard => [this],
            "Clip" when guards && c.Input(2) is null && (c.Constant(1)?.ToFloats()[0] ?? 0) <= Guard => [this],
            "Div" when c.Input(0) is ScoresWire => null,
            _ => throw c.Refuse("it changes the sum of attention weights, by which only they may be divided"),
        };
    }
}
