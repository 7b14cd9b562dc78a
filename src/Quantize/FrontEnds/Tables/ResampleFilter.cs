namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>The low-pass of a resampler: an ideal one under a Kaiser window (β 5), ten zero crossings to each side.</summary>
internal static class ResampleFilter
{
    private const double Beta = 5;

    private const int Crossings = 10;

    /// <summary>2·half + 1 taps times <paramref name="up"/>, the gain at 0 Hz being 1 after decimation.</summary>
    public static double[] Taps(int up, int down)
    {
        int widest = Math.Max(up, down), half = Crossings * widest;
        double[] taps = [.. Enumerable.Range(-half, 2 * half + 1)
            .Select(i => Sinc((double)i / widest) / widest
                * BesselFunction.I0(Beta * Math.Sqrt(1 - (double)i / half * i / half)) / BesselFunction.I0(Beta))];
        var sum = taps.Sum();
        return [.. taps.Select(tap => tap / sum * up)];
    }

    public static int HalfLength(int up, int down) => Crossings * Math.Max(up, down);

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
