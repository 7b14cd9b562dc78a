namespace EdgeSeq.Quantize.Int8;

/// <summary>Ways to find the largest magnitude that a fixed activation scale should cover.</summary>
internal enum RangeMethod
{
    /// <summary>The largest that was seen.</summary>
    MinMax,

    /// <summary>One that all but every ten thousandth stay below.</summary>
    Percentile,

    /// <summary>The one with the least mean squared error of the quantised values.</summary>
    SquaredError,

    /// <summary>The one whose quantised values are distributed most like the values themselves.</summary>
    Entropy,
}

/// <summary>A fixed activation scale, and how it was found.</summary>
internal sealed record StaticRange(RangeMethod Method, float Scale)
{
    private const double Share = 0.9999;

    /// <summary>Ranges that are tried lie evenly between nothing and the largest magnitude.</summary>
    private const int Tried = 64;

    /// <summary>What each method finds; none where every value was 0.</summary>
    public static IReadOnlyList<StaticRange> Of(MagnitudeHistogram histogram) => histogram.Largest == 0
        ? []
        :
        [
            Range(RangeMethod.MinMax, histogram.Largest),
            Range(RangeMethod.Percentile, histogram.Quantile(Share)),
            Range(RangeMethod.SquaredError, Ranges(histogram).MinBy(range => histogram.Error(range / RowQuantizer.Largest))),
            Range(RangeMethod.Entropy, Ranges(histogram).MinBy(histogram.Divergence)),
        ];

    private static StaticRange Range(RangeMethod method, double largest) => new(method, (float)(largest / RowQuantizer.Largest));

    private static IEnumerable<double> Ranges(MagnitudeHistogram histogram) =>
        Enumerable.Range(0, Tried).Select(i => (double)histogram.Largest * (Tried - i) / Tried);
}
