namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>The length of a vector of axes: √(Σ x²).</summary>
/// <param name="Axes">Channels of each vector, one after the other; 0: all.</param>
internal sealed record MagnitudeStage(int Axes) : FrontEndStage
{
    public override (int Span, int Hop) Reach => (1, 1);

    public override Signal Build(GraphScope g, Signal x)
    {
        var axes = Axes == 0 ? x.Element[^1] : Axes;
        if (x.Kind != SignalKind.Channels || x.Element[^1] % axes != 0)
            throw FrontEndErrors.Invalid($"vectors of {axes} axes in {x.Element[^1]} channels", "a divisor of the number of channels");

        var vectors = x.Element[^1] / axes;
        var split = g.Reshape(x.Wire, 1, -1, vectors, axes);
        return x with
        {
            Wire = g.Reduce("ReduceL2", split, 3, keep: false),
            Element = [vectors],
            Kind = vectors == 1 ? SignalKind.Samples : SignalKind.Channels,
        };
    }
}
