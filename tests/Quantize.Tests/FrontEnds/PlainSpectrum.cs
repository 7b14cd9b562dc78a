namespace EdgeSeq.Quantize.Tests.FrontEnds;

/// <summary>Spectral features in plain double-precision loops, from the definitions.</summary>
internal static class PlainSpectrum
{
    public static double[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (double)(float)(random.NextDouble() - 0.5))];
    }

    /// <summary>|X_k|² of a frame, missing samples being zero.</summary>
    public static double[] Power(double[] frame, int size)
    {
        var power = new double[size / 2 + 1];
        for (var k = 0; k < power.Length; k++)
        {
            double re = 0, im = 0;
            for (var n = 0; n < frame.Length; n++)
            {
                re += frame[n] * Math.Cos(2 * Math.PI * n * k / size);
                im -= frame[n] * Math.Sin(2 * Math.PI * n * k / size);
            }

            power[k] = re * re + im * im;
        }

        return power;
    }

    public static double[] Hann(int length) => [.. Enumerable.Range(0, length).Select(n => 0.5 - 0.5 * Math.Cos(2 * Math.PI * n / length))];

    /// <summary>tf.signal.linear_to_mel_weight_matrix: triangles linear in mel, of which the first bin has no part.</summary>
    public static double[] TensorFlowMel(double[] magnitude, double hz, int mels, double low, double high)
    {
        static double Mel(double f) => 1127 * Math.Log(1 + f / 700);

        var step = (Mel(high) - Mel(low)) / (mels + 1);
        var sums = new double[mels];
        for (var k = 1; k < magnitude.Length; k++)
        {
            var mel = Mel(k * hz / 2 / (magnitude.Length - 1));
            for (var m = 0; m < mels; m++)
            {
                var rising = (mel - Mel(low) - m * step) / step;
                sums[m] += magnitude[k] * Math.Max(0, Math.Min(rising, 2 - rising));
            }
        }

        return sums;
    }

    /// <summary>Triangles with peaks of 1 between points that are equally far apart on the HTK scale, linear in hertz.</summary>
    public static double[] HtkMel(double[] power, int size, int mels, double hz)
    {
        var top = 2595 * Math.Log10(1 + hz / 2 / 700);
        double[] edges = [.. Enumerable.Range(0, mels + 2).Select(i => 700 * (Math.Pow(10, top * i / (mels + 1) / 2595) - 1))];
        var sums = new double[mels];
        for (var k = 0; k < power.Length; k++)
        {
            var f = k * hz / size;
            for (var m = 0; m < mels; m++)
            {
                var rising = (f - edges[m]) / (edges[m + 1] - edges[m]);
                var falling = (edges[m + 2] - f) / (edges[m + 2] - edges[m + 1]);
                sums[m] += power[k] * Math.Max(0, Math.Min(rising, falling));
            }
        }

        return sums;
    }
}
