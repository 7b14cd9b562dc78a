using EdgeSeq.Quantize.Int8;

namespace EdgeSeq.Quantize.Tests.Int8;

public class StaticRangeTests
{
    [Fact]
    public void Even_magnitudes_keep_their_whole_range()
    {
        var ranges = Of([.. Enumerable.Range(0, 10_000).Select(i => i / 10_000f)]);

        Assert.All(ranges.Values, scale => Assert.Equal(1.0 / 127, scale, 0.0005));
    }

    [Fact]
    public void Percentile_and_entropy_leave_out_a_single_outlier()
    {
        float[] values = [.. Enumerable.Range(0, 100_000).Select(i => MathF.Sin(i)), 8];

        var ranges = Of(values);

        Assert.Equal(8f / 127, ranges[RangeMethod.MinMax], 5);
        Assert.InRange(ranges[RangeMethod.Percentile], 0.9f / 127, 1.1f / 127);
        Assert.InRange(ranges[RangeMethod.Entropy], 0.9f / 127, 2f / 127);
    }

    [Fact]
    public void Zeros_have_no_range() => Assert.Empty(Of(new float[10]));

    private static Dictionary<RangeMethod, float> Of(float[] values)
    {
        var histogram = new MagnitudeHistogram();
        histogram.Add(values);
        return StaticRange.Of(histogram).ToDictionary(range => range.Method, range => range.Scale);
    }
}
