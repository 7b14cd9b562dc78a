namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>Each row with those before and after it side by side, and only every so many of them.</summary>
/// <param name="Left">Rows before; at the start the first one stands for those that there are not.</param>
/// <param name="Right">Rows after, for which the stream waits.</param>
/// <param name="IsZero">Zeros stand before the start instead.</param>
internal sealed record ContextStage(int Left, int Right, int Stride, bool IsZero) : FrontEndStage
{
    public bool IsNothing => Left == 0 && Right == 0 && Stride == 1;

    public override (int Span, int Hop) Reach => (Left + Right + 1, Stride);

    public override Signal Build(GraphScope g, Signal x)
    {
        if (Left < 0 || Right < 0 || x.RowsAnElement > 1)
        {
            throw FrontEndErrors.Invalid($"a context of {Left} rows before and {Right} after", "0 or more, and steps of one row: a "
                + "--chunk of the hop or less");
        }

        var size = x.Element[^1];
        var padding = g.Vector(0, Left, 0, 0, 0, 0);
        var padded = Left == 0 ? x.Wire : IsZero ? g.Add("Pad", [x.Wire, padding]) : g.Add("Pad", [x.Wire, padding], ("mode", "edge"));
        var windows = SampleFrames.Elements(g, x with { Wire = padded }, Left + 1 + Right, Stride, 0);
        var all = (Left + 1 + Right) * size;
        return x with { Wire = g.Reshape(windows, 1, -1, all), Element = [all], Hz = x.Hz / Stride };
    }
}
