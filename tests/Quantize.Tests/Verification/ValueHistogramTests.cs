using EdgeSeq.Quantize.Verification;

namespace EdgeSeq.Quantize.Tests.Verification;

public sealed class ValueHistogramTests
{
    [Fact]
    public void Nothing_has_no_bins()
    {
        var histogram = new ValueHistogram();
        histogram.Add([0f, 0f]);

        Assert.Equal((2, 2), (histogram.Count, histogram.Zeros));
        Assert.True(histogram.Bins.IsEmpty);
    }

    [Fact]
    public void Bins_hold_every_value_but_zero_at_its_place()
    {
        var histogram = new ValueHistogram();
        histogram.Add([-1f, 0f, 0.25f, 0.25f, 3f]);

        Assert.Equal(4, histogram.Bins.ToArray().Sum());
        Assert.Equal((-1f, 3f), (histogram.Least, histogram.Largest));
        Assert.Equal([(-1, 1), (0.25, 2), (3, 1)], Occupied(histogram).Select(bin => (Math.Round(4 * bin.From) / 4, bin.Count)));
    }

    [Theory]
    [InlineData(1e-30f)]
    [InlineData(3e38f)]
    public void The_range_grows_to_any_magnitude_on_both_sides(float magnitude)
    {
        var histogram = new ValueHistogram();
        histogram.Add([1e-40f, magnitude, -magnitude]);

        Assert.InRange(histogram.From, -1.1 * magnitude, -magnitude);
        Assert.InRange(histogram.To, magnitude, 1.1 * magnitude);
        Assert.Equal([1, 1], [histogram.Bins[0], histogram.Bins[^1]]);
        Assert.Equal(3, histogram.Bins.ToArray().Sum());
    }

    [Fact]
    public void What_is_no_finite_number_is_left_out()
    {
        var histogram = new ValueHistogram();
        histogram.Add([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1f]);

        Assert.Equal(1, histogram.Count);
    }

    private static IEnumerable<(double From, long Count)> Occupied(ValueHistogram histogram)
    {
        var bins = histogram.Bins.ToArray();
        var width = (histogram.To - histogram.From) / bins.Length;
        return Enumerable.Range(0, bins.Length).Where(i => bins[i] > 0).Select(i => (histogram.From + i * width, bins[i]));
    }
}
