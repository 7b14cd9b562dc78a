namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>Stages one after the other.</summary>
internal sealed record SequenceStage(IReadOnlyList<FrontEndStage> Stages) : FrontEndStage
{
    public override (int Span, int Hop) Reach =>
        Stages.Aggregate((Span: 0, Hop: 1), (sum, stage) => (sum.Span + stage.Reach.Span * sum.Hop, sum.Hop * stage.Reach.Hop));

    public override Signal Build(GraphScope g, Signal x) => Stages.Aggregate(x, (signal, stage) => stage.Build(g, signal));
}
