namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>x[t] − x[t − lag]; before the start stands the first sample, so that the first differences are 0.</summary>
internal sealed record DifferenceStage(int Lag) : FrontEndStage
{
    public override (int Span, int Hop) Reach => (Lag + 1, 1);

    public override Signal Build(GraphScope g, Signal x)
    {
        if (x.Kind == SignalKind.Samples && x.Chunk > 1)
            throw FrontEndErrors.Invalid($"differences take one sample a step, and a step has {x.Chunk}", "leave --chunk out");

        if (Lag < 1)
            throw FrontEndErrors.Invalid($"differences over {Lag} samples", "1 or more");

        var earlier = g.Slice(g.Add("Pad", [x.Wire, g.Vector(0, Lag, 0, 0, 0, 0)], ("mode", "edge")), 1, 0, -Lag);
        return x with { Wire = g.Minus(x.Wire, earlier) };
    }
}
