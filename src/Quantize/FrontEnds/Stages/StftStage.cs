using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>The short-time Fourier transform: its complex values, magnitude, power or phase.</summary>
/// <param name="Output">re_im [bins, 2], magnitude, power or phase.</param>
internal sealed record StftStage(FrameSpec Frame, WindowSpec Window, int FftSize, string Output) : FrontEndStage
{
    public double Scale { get; init; } = 1;

    public override (int Span, int Hop) Reach => (Frame.Length, Frame.Hop);

    public override Signal Build(GraphScope g, Signal x)
    {
        if (Window.Offset < 0 || Window.Offset + Window.Length > Math.Min(Frame.Length, FftSize))
        {
            throw FrontEndErrors.Invalid($"a window of {Window.Length} samples does not fit a frame of {Frame.Length} and a "
                + $"transform of {FftSize}");
        }

        Frame.Note(g);
        var length = Window.Offset + Window.Length;
        var frames = SampleFrames.Cut(g, x, length, Frame.Hop, -Frame.PadLeft, Frame.Behind(0, length));
        double[] window = [.. new double[Window.Offset], .. Window.Values().Select(weight => weight * Scale)];
        var z = Fourier.Forward(g, g.Times(frames.Wire, g.Floats(window, "window", length)), frames.Rank, FftSize);
        var (wire, element) = Of(g, z, frames);
        return frames with { Wire = wire, Element = element };
    }

    private (string Wire, int[] Element) Of(GraphScope g, string z, Signal frames)
    {
        var bins = FftSize / 2 + 1;
        int[] real = [.. frames.Element[..^1], bins];
        var axis = frames.Rank;
        return Output switch
        {
            "re_im" => (z, [.. real, 2]),
            "magnitude" => (g.Reduce("ReduceL2", z, axis, keep: false), real),
            "power" => (g.Reduce("ReduceSumSquare", z, axis, keep: false), real),
            "phase" => (g.Reshape(Angle(g, g.Slice(z, axis, 1, 2), g.Slice(z, axis, 0, 1)),
                frames.RowsAnElement > 1 ? [1, -1, frames.RowsAnElement, bins] : [1, -1, bins]), real),
            _ => throw FrontEndErrors.Invalid($"there is no output '{Output}' of an STFT", "re_im, magnitude, power or phase"),
        };
    }

    /// <summary>atan2: the arctangent of the smaller part over the larger, turned into its octant.</summary>
    private static string Angle(GraphScope g, string im, string re)
    {
        string high = g.Add("Abs", [im]), wide = g.Add("Abs", [re]);
        var steep = g.Add("Greater", [high, wide]);
        var ratio = g.Over(g.Add("Min", [high, wide]), g.Add("Max", [g.Add("Max", [high, wide]), g.Number(1e-30)]));
        var angle = g.Add("Atan", [ratio]);
        angle = g.Add("Where", [steep, g.Minus(g.Number(Math.PI / 2), angle), angle]);
        angle = g.Add("Where", [g.Add("Less", [re, g.Number(0)]), g.Minus(g.Number(Math.PI), angle), angle]);
        return g.Add("Where", [g.Add("Less", [im, g.Number(0)]), g.Add("Neg", [angle]), angle]);
    }
}
