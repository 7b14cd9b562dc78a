namespace EdgeSeq.Device.Resampling;

/// <summary>Designs the low-pass filter of a conversion of the sampling rate: a sinc in a Kaiser window (Oppenheim and Schafer,
/// Discrete-Time Signal Processing, section 7.6). Made of additions, multiplications and square roots only, so that every machine gets the
/// same coefficients.</summary>
internal static class LowPass
{
    private const double AttenuationDecibels = 80;

    /// <summary>The coefficients for a rate, an odd number of them, symmetric.</summary>
    /// <param name="passHz">Up to here everything passes.</param>
    /// <param name="stopHz">From here on at least 80 dB are taken away.</param>
    public static double[] Design(double rateHz, double passHz, double stopHz)
    {
        var beta = 0.1102 * (AttenuationDecibels - 8.7);
        var half = (int)Math.Ceiling((AttenuationDecibels - 7.95) / (14.36 * (stopHz - passHz) / rateHz) / 2);
        var cut = (passHz + stopHz) / rateHz;
        var taps = new double[2 * half + 1];
        for (var k = -half; k <= half; k++)
        {
            var position = (double)k / half;
            taps[half + k] = cut * Sinc(cut * k) * Bessel(beta * Math.Sqrt(1 - position * position)) / Bessel(beta);
        }

        return taps;
    }

    /// <summary>sin(πx) / (πx).</summary>
    private static double Sinc(double x) => x == 0 ? 1 : SineOfPi(x) / (Math.PI * x);

    private static double SineOfPi(double x)
    {
        var turns = Math.Round(x);
        var angle = Math.PI * (x - turns);
        var square = angle * angle;
        double sum = 0;
        for (var n = 21; n >= 3; n -= 2)
            sum = (1 + sum) * -square / (n * (n - 1));
        var sine = angle * (1 + sum);
        return turns % 2 == 0 ? sine : -sine;
    }

    /// <summary>The modified Bessel function of the first kind and order 0, by its series.</summary>
    private static double Bessel(double x)
    {
        double sum = 1;
        double term = 1;
        for (var n = 1; term > 1e-17 * sum; n++)
        {
            term *= x * x / (4.0 * n * n);
            sum += term;
        }

        return sum;
    }
}
