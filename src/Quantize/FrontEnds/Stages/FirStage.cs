namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>A filter without feedback over each channel: y[t] = Σ taps[k]·x[t − k], zeros before the start.</summary>
internal sealed record FirStage(double[] Taps) : FrontEndStage
{
    public override (int Span, int Hop) Reach => (Taps.Length, 1);

    public override Signal Build(GraphScope g, Signal x) =>
        x.Kind == SignalKind.Samples && x.Chunk > 1 ? Blocks(g, x) : x with { Wire = Channels(g, x) };

    private string Channels(GraphScope g, Signal x)
    {
        var size = x.Element[^1];
        var padded = g.Add("Pad", [x.Wire, g.Vector(0, Taps.Length - 1, 0, 0, 0, 0)]);
        double[] weights = [.. Enumerable.Range(0, size).SelectMany(_ => Taps.Reverse())];
        var y = g.Add("Conv", [g.Transpose(padded, 0, 2, 1), g.Floats(weights, "taps", size, 1, Taps.Length)], ("group", (long)size));
        return g.Transpose(y, 0, 2, 1);
    }

    /// <summary>Steps of several samples: as many outputs of the samples of the step and those before it.</summary>
    private Signal Blocks(GraphScope g, Signal x)
    {
        int chunk = x.Chunk, length = chunk + Taps.Length - 1;
        var frames = SampleFrames.Cut(g, x, length, chunk, 1 - Taps.Length);
        var matrix = new double[length * chunk];
        for (var t = 0; t < chunk; t++)
        {
            for (var k = 0; k < Taps.Length; k++)
                matrix[(t + Taps.Length - 1 - k) * chunk + t] = Taps[k];
        }

        return x with { Wire = g.Add("MatMul", [frames.Wire, g.Floats(matrix, "taps", length, chunk)]) };
    }
}
