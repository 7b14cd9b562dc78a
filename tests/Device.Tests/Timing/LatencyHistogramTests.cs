using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Tests.Timing;

public class LatencyHistogramTests
{
    [Fact]
    public void Short_times_are_exact()
    {
        var histogram = new LatencyHistogram();
        for (var time = 1; time <= 200; time++)
            histogram.Add(time);

        Assert.Equal(100, histogram.Percentile(0.5));
        Assert.Equal(198, histogram.Percentile(0.99));
        Assert.Equal(200, histogram.Max);
    }

    [Fact]
    public void Longer_times_are_at_most_one_bucket_too_high()
    {
        for (var time = 256L; time < 1L << 60; time = time * 3 / 2)
        {
            var histogram = new LatencyHistogram();
            histogram.Add(time);
            histogram.Add(long.MaxValue);
            Assert.InRange(histogram.Percentile(0.5), time, time + time / 128);
        }
    }

    [Fact]
    public void Nothing_measured_is_zero() => Assert.Equal(0, new LatencyHistogram().Percentile(0.5));
}
