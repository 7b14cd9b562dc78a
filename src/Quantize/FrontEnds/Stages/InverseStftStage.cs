using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>
/// Samples to spectra, a gain for each bin, and back to samples by overlap-add, divided by the windows' envelope
/// e[n mod hop] = Σ window², so that a gain of 1 gives the samples back.
/// </summary>
internal sealed record InverseStftStage(FrameSpec Frame, WindowSpec Window, int FftSize) : FrontEndStage
{
    /// <summary>A factor for each bin; null: 1.</summary>
    public double[]? Gain { get; init; }

    /// <summary>Samples that the library cuts off in front.</summary>
    public int Trim { get; init; }

    public override (int Span, int Hop) Reach => (2 * Frame.Length, Frame.Hop);

    public override Signal Build(GraphScope g, Signal x)
    {
        Require(x);
        var spectrum = new StftStage(Frame, Window, FftSize, "re_im").Build(g, x);
        var bins = FftSize / 2 + 1;
        var shaped = Gain is null ? spectrum.Wire : g.Times(spectrum.Wire, g.Floats(Gain, "gain", bins, 1));
        double[] window = [.. new double[Window.Offset], .. Window.Values()];
        var matrix = Fourier.InverseMatrix(FftSize, window);
        var frames = g.Add("MatMul", [g.Reshape(shaped, 1, -1, 2 * bins), g.Floats(matrix, "inverse", 2 * bins, window.Length)]);
        return OverlapAdd.Sum(g, spectrum with { Wire = frames, Element = [window.Length] }, window, Frame.Hop, Trim, x.Chunk);
    }

    private void Require(Signal x)
    {
        if (Gain is { } gain && gain.Length != FftSize / 2 + 1)
            throw FrontEndErrors.Invalid($"{gain.Length} gains for {FftSize / 2 + 1} bins");

        if (x.Kind == SignalKind.Samples && x.Chunk != 1 && x.Chunk != Frame.Hop)
        {
            throw FrontEndErrors.Invalid($"overlap-add with a hop of {Frame.Hop} and steps of {x.Chunk} samples",
                $"give --chunk {Frame.Hop}, or none");
        }
    }
}
