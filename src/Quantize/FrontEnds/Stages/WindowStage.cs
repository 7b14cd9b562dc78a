namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>Windows with overlap, laid out [window, channels] for a model that takes them whole; of one channel [window].</summary>
/// <param name="Lead">Zeros before the start.</param>
internal sealed record WindowStage(int Window, int Hop, int Lead) : FrontEndStage
{
    public override (int Span, int Hop) Reach => (Window, Hop);

    public override Signal Build(GraphScope g, Signal x)
    {
        if (x.Kind == SignalKind.Samples)
            return SampleFrames.Cut(g, x, Window, Hop, -Lead);

        return new Signal(SampleFrames.Elements(g, x, Window, Hop, Lead), [Window, .. x.Element], SignalKind.Rows, x.Hz / Hop);
    }
}
