using EdgeSeq.Device.Resampling;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Resampling;

public class RateConverterTests
{
    private const int CoefficientCount = 191;
    private const ulong CoefficientSum = 12511608296591691368;

    public static TheoryData<double, double> Rates => new()
    {
        { 48000, 16000 },
        { 44100, 16000 },
        { 200, 50 },
        { 119, 50 },
        { 50, 100 },
    };

    [Theory]
    [MemberData(nameof(Rates))]
    public void A_constant_stays_exactly_as_it_is_from_the_first_sample(double from, double to)
    {
        Assert.All(Convert(from, to, 2000, _ => 9.80665f), value => Assert.Equal(9.80665f, value));
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void As_many_samples_come_out_as_the_ratio_says(double from, double to)
    {
        const int Seconds = 3;
        var samples = (int)from * Seconds;

        Assert.Equal((int)to * Seconds, Convert(from, to, samples, _ => 1).Count, 1.0);
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void A_tone_below_the_limit_passes_late_by_the_published_delay(double from, double to)
    {
        var hz = 0.2 * Math.Min(from, to);
        var delay = new RateConverter("test", 1, from, to).DelaySeconds;
        var converted = Convert(from, to, (int)(3 * from), k => Math.Sin(2 * Math.PI * hz * k / from));

        for (var n = converted.Count / 2; n < converted.Count; n++)
            Assert.Equal(Math.Sin(2 * Math.PI * hz * (n / to - delay)), converted[n], 1e-3);
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void A_tone_above_half_the_lower_rate_is_weaker_by_75_dB(double from, double to)
    {
        // Where the rate goes up there is nothing above half of it.
        if (to > from)
            return;
        var hz = 0.52 * to;
        var converted = Convert(from, to, (int)(3 * from), k => Math.Sin(2 * Math.PI * hz * k / from));

        Assert.All(converted[(converted.Count / 2)..], value => Assert.InRange(Math.Abs(value), 0, 1.8e-4));
    }

    [Fact]
    public void The_filter_s_coefficients_are_the_same_on_every_machine()
    {
        var taps = LowPass.Design(48000, 6720, 8000);
        var sum = 0UL;
        foreach (var tap in taps)
            sum = sum * 31 + BitConverter.DoubleToUInt64Bits(tap);

        Assert.Equal((CoefficientCount, CoefficientSum), (taps.Length, sum));
    }

    [Fact]
    public void Rates_without_a_simple_ratio_are_refused()
    {
        var error = Assert.Throws<EdgeSeqException>(() => new RateConverter("test", 1, 16000, 15999.123));
        Assert.Equal(ErrorCodes.OptionInvalid, error.Code);
    }

    private static List<float> Convert(double from, double to, int count, Func<int, double> signal)
    {
        var converter = new RateConverter("test", 1, from, to);
        var converted = new List<float>();
        var output = new float[1];
        for (var k = 0; k < count; k++)
        {
            converter.Push([(float)signal(k)]);
            while (converter.HasOutput)
            {
                converter.Pull(output);
                converted.Add(output[0]);
            }
        }

        return converted;
    }
}
