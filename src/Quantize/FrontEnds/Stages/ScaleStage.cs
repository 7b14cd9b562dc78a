namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>x · factor + offset.</summary>
internal sealed record ScaleStage(double Factor, double Offset) : FrontEndStage
{
    public override (int Span, int Hop) Reach => (1, 1);

    public override Signal Build(GraphScope g, Signal x) => x with { Wire = g.Plus(g.Times(x.Wire, Factor), Offset) };
}
