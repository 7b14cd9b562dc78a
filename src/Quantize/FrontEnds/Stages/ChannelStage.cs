namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>Some channels in the given order; of none, the mean of all.</summary>
internal sealed record ChannelStage(int[] Picked) : FrontEndStage
{
    public override (int Span, int Hop) Reach => (1, 1);

    public override Signal Build(GraphScope g, Signal x)
    {
        var count = x.Kind == SignalKind.Samples ? 1 : x.Element[^1];
        if (Picked.Any(channel => channel < 0 || channel >= count))
        {
            throw FrontEndErrors.Invalid($"channel {Picked.First(channel => channel < 0 || channel >= count)} of {count}",
                $"0 to {count - 1}");
        }

        if (x.Kind == SignalKind.Samples)
            return x;

        double[][] rows = Picked.Length == 0 ? [[.. Enumerable.Repeat(1.0 / count, count)]]
            : [.. Picked.Select(channel => Enumerable.Range(0, count).Select(c => c == channel ? 1.0 : 0).ToArray())];
        return new MatrixStage(rows, []).Build(g, x);
    }
}
