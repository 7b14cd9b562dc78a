namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>Window functions as the libraries define them.</summary>
internal static class WindowFunction
{
    public static IReadOnlyList<string> Names { get; } =
        ["hann", "sqrt_hann", "povey", "hamming", "blackman", "bartlett", "rectangular"];

    /// <param name="periodic">The cosine's period is the length (for spectra) rather than one less (symmetric).</param>
    public static double[] Of(string name, int length, bool periodic)
    {
        var period = Math.Max(1, periodic ? length : length - 1);
        return [.. Enumerable.Range(0, length).Select(n => At(name, (double)n / period))];
    }

    private static double At(string name, double turn)
    {
        var hann = Cosine(turn, 0.5, 0.5);
        return name switch
        {
            "hann" => hann,
            "sqrt_hann" => Math.Sqrt(hann),
            "povey" => Math.Pow(hann, 0.85),
            "hamming" => Cosine(turn, 0.54, 0.46),
            "blackman" => Cosine(turn, 0.42, 0.5) + 0.08 * Math.Cos(4 * Math.PI * turn),
            "bartlett" => 1 - Math.Abs(2 * turn - 1),
            "rectangular" => 1,
            _ => throw FrontEndErrors.Invalid($"there is no window '{name}'", $"one of {string.Join(", ", Names)}"),
        };
    }

    /// <summary>Never below zero, which rounding would make of its ends.</summary>
    private static double Cosine(double turn, double mean, double swing) => Math.Max(0, mean - swing * Math.Cos(2 * Math.PI * turn));
}
