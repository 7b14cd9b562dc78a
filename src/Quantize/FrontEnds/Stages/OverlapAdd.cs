namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>Overlapping frames back to samples.</summary>
internal static class OverlapAdd
{
    /// <param name="frames">[1, F, length], windowed.</param>
    /// <param name="window">What they and the samples were windowed with: its squares, summed over the frames that meet at a sample, are
    /// divided
    /// by. Null: frames are summed as they are.</param>
    /// <param name="trim">Samples cut off in front.</param>
    /// <param name="chunk">Samples that an element of the result holds: 1, or the hop.</param>
    public static Signal Sum(GraphScope g, Signal frames, double[]? window, int hop, int trim, int chunk)
    {
        int length = frames.Element[^1], blocks = (length + hop - 1) / hop;
        var wire = length == blocks * hop ? frames.Wire
            : g.Add("Pad", [frames.Wire, g.Vector(0, 0, 0, 0, 0, blocks * hop - length)]);
        var sum = g.Slice(wire, 2, 0, hop);
        for (var j = 1; j < blocks; j++)
        {
            // Block j of a frame meets block 0 of the frame j later.
            var late = g.Add("Pad", [g.Slice(wire, 2, j * hop, (j + 1) * hop), g.Vector(0, j, 0, 0, -j, 0)]);
            sum = g.Plus(sum, late);
        }

        if (window is not null)
            sum = g.Times(sum, g.Floats(Divisors(window, hop), "divisors", hop));

        return chunk == hop ? Cropped(g, frames, sum, hop, trim) : Single(g, frames, sum, hop, trim);
    }

    /// <summary>1 / Σ window[n + j · hop]² for n within a hop.</summary>
    public static double[] Divisors(double[] window, int hop)
    {
        var divisors = new double[hop];
        for (var n = 0; n < window.Length; n++)
            divisors[n % hop] += window[n] * window[n];

        var least = divisors.Max() * 1e-8;
        return divisors.Min() > least
            ? [.. divisors.Select(sum => 1 / sum)]
            : throw FrontEndErrors.Invalid($"windows of {window.Length} samples leave gaps with a hop of {hop}", "a smaller hop");
    }

    private static Signal Cropped(GraphScope g, Signal frames, string sum, int hop, int trim)
    {
        if (trim % hop != 0)
            throw FrontEndErrors.Invalid($"{trim} samples cannot be cut off in front of blocks of {hop}", "leave --chunk out");

        return new Signal(trim == 0 ? sum : g.Slice(sum, 1, trim / hop, int.MaxValue), [hop], SignalKind.Samples, frames.Hz * hop);
    }

    private static Signal Single(GraphScope g, Signal frames, string sum, int hop, int trim)
    {
        var samples = g.Reshape(sum, 1, -1, 1);
        return new Signal(trim == 0 ? samples : g.Slice(samples, 1, trim, int.MaxValue), [1], SignalKind.Samples, frames.Hz * hop);
    }
}
