namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>Window functions as the libraries define them.</summary>
internal static class WindowFunction
{
    public static IReadOnlyList<string> Names { get; } =
        ["hann", "sqrt_hann", "povey", "hamming", "blackman", "blackmanharris", "nuttall", "bartlett", "cosine", "rectangular"];

    /// <param name="periodic">The cosine's period is the length (for spectra) rather than one less (symmetric).</param>
    public static double[] Of(string name, int length, bool periodic)
    {
        var period = Math.Max(1, periodic ? length : length - 1);
        return [.. Enumerable.Range(0, length).Select(n => name == "cosine"
            ? Math.Sin(Math.PI * (n + 0.5) / (periodic ? length + 1 : length)) : At(name, (double)n / period))];
    }

    private static double At(string name, double turn) => name switch
    {
        "hann" or "hanning" => Hann(turn),
        "sqrt_hann" => Math.Sqrt(Hann(turn)),
        "povey" => Math.Pow(Hann(turn), 0.85),
        "hamming" => Cosines(turn, 0.54, 0.46),
        "blackman" => Cosines(turn, 0.42, 0.5, 0.08),
        "blackmanharris" => Cosines(turn, 0.35875, 0.48829, 0.14128, 0.01168),
        "nuttall" => Cosines(turn, 0.3635819, 0.4891775, 0.1365995, 0.0106411),
        "bartlett" => 1 - Math.Abs(2 * turn - 1),
        "rectangular" or "boxcar" or "ones" => 1,
        _ => throw FrontEndErrors.Invalid($"there is no window '{name}'", $"one of {string.Join(", ", Names)}"),
    };

    /// <summary>Never below zero, which rounding would make of its ends.</summary>
    private static double Hann(double turn) => Math.Max(0, Cosines(turn, 0.5, 0.5));

    /// <summary>a0 - a1·cos(turn) + a2·cos(2·turn) - …</summary>
    private static double Cosines(double turn, params ReadOnlySpan<double> terms)
    {
        var sum = 0.0;
        for (var i = 0; i < terms.Length; i++)
            sum += (i % 2 == 0 ? 1 : -1) * terms[i] * Math.Cos(2 * Math.PI * i * turn);

        return sum;
    }
}
