namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>Window functions as the libraries define them: those of scipy.signal.windows, Kaldi's and TensorFlow's.</summary>
internal static class WindowFunction
{
    private const double PoveyPower = 0.85, TorchKaiserBeta = 12;

    /// <summary>Each with the parameters that it takes, absent ones as the libraries have them.</summary>
    private static readonly Dictionary<string, (Func<double, int, double[], double> At, double[] Standard)> Functions =
        new(StringComparer.Ordinal)
        {
            ["hann"] = ((n, m, _) => Hann(n / (m - 1)), []),
            ["sqrt_hann"] = ((n, m, _) => Math.Sqrt(Hann(n / (m - 1))), []),
            ["povey"] = ((n, m, _) => Math.Pow(Hann(n / (m - 1)), PoveyPower), []),
            ["hamming"] = ((n, m, _) => Cosines(n / (m - 1), 0.54, 0.46), []),
            ["general_hamming"] = ((n, m, p) => Cosines(n / (m - 1), p[0], 1 - p[0]), [0.54]),
            ["blackman"] = ((n, m, p) => Cosines(n / (m - 1), p[0], 0.5, 0.5 - p[0]), [0.42]),
            ["blackmanharris"] = ((n, m, _) => Cosines(n / (m - 1), 0.35875, 0.48829, 0.14128, 0.01168), []),
            ["nuttall"] = ((n, m, _) => Cosines(n / (m - 1), 0.3635819, 0.4891775, 0.1365995, 0.0106411), []),
            ["flattop"] = ((n, m, _) => Cosines(n / (m - 1), 0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368), []),
            ["bartlett"] = ((n, m, _) => 1 - Math.Abs(2 * n / (m - 1) - 1), []),
            ["triang"] = ((n, m, _) => 1 - Math.Abs(2 * n - (m - 1)) / (m % 2 == 0 ? m : m + 1), []),
            ["barthann"] = ((n, m, _) => 0.62 - 0.48 * Math.Abs(n / (m - 1) - 0.5) - 0.38 * Math.Cos(2 * Math.PI * n / (m - 1)), []),
            ["bohman"] = ((n, m, _) => Bohman(Math.Abs(2 * n / (m - 1) - 1)), []),
            ["parzen"] = ((n, m, _) => Parzen(Math.Abs(n - (m - 1) / 2.0) / (m / 2.0), m), []),
            ["cosine"] = ((n, m, _) => Math.Sin(Math.PI * (n + 0.5) / m), []),
            ["lanczos"] = ((n, m, _) => Sinc(2 * n / (m - 1) - 1), []),
            ["kaiser"] = ((n, m, p) => BesselFunction.I0(p[0] * Math.Sqrt(Math.Max(0, 1 - Math.Pow(2 * n / (m - 1) - 1, 2))))
                / BesselFunction.I0(p[0]), [TorchKaiserBeta]),
            ["gaussian"] = ((n, m, p) => Math.Exp(-Math.Pow((n - (m - 1) / 2.0) / p[0], 2) / 2), [double.NaN]),
            ["general_gaussian"] = ((n, m, p) =>
                Math.Exp(-Math.Pow(Math.Abs((n - (m - 1) / 2.0) / p[1]), 2 * p[0]) / 2), [double.NaN, double.NaN]),
            ["exponential"] = ((n, m, p) => Math.Exp(-Math.Abs(n - (m - 1) / 2.0) / p[0]), [1]),
            ["tukey"] = ((n, m, p) => Tukey(Math.Min(n, m - 1 - n) / (m - 1), p[0]), [0.5]),
            ["rectangular"] = ((_, _, _) => 1, []),
        };

    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["hanning"] = "hann",
        ["boxcar"] = "rectangular",
        ["ones"] = "rectangular",
        ["rect"] = "rectangular",
        ["sine"] = "cosine",
    };

    public static IReadOnlyList<string> Names { get; } = [.. Functions.Keys, "vorbis"];

    /// <summary>One window.</summary>
    /// <param name="periodic">The cosine's period is the length (for spectra) rather than one less (symmetric).</param>
    /// <param name="parameters">Where the function has any: β, σ, α; empty: as the libraries have them.</param>
    public static double[] Of(string name, int length, bool periodic, IReadOnlyList<double> parameters)
    {
        name = OtherNames.GetValueOrDefault(name, name);
        if (name == "vorbis")
            return [.. Enumerable.Range(0, length).Select(n => Vorbis((n + 0.5) / length))];

        if (!Functions.TryGetValue(name, out var function))
            throw FrontEndErrors.Invalid($"there is no window '{name}'", $"one of {string.Join(", ", Names)}, or its values");

        double[] given = [.. parameters, .. function.Standard.Skip(parameters.Count)];
        if (parameters.Count > function.Standard.Length || given.Any(double.IsNaN))
        {
            throw FrontEndErrors.Invalid($"the window {name} with {parameters.Count} parameters",
                $"{function.Standard.Length}, as scipy.signal.get_window takes them");
        }

        var points = Math.Max(2, periodic ? length + 1 : length);
        return [.. Enumerable.Range(0, length).Select(n => length == 1 ? 1 : function.At(n, points, given))];
    }

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

    private static double Bohman(double x) => x >= 1 ? 0 : (1 - x) * Math.Cos(Math.PI * x) + Math.Sin(Math.PI * x) / Math.PI;

    /// <param name="x">From the middle, in halves of the window.</param>
    private static double Parzen(double x, int points) => x * points / 2 <= (points - 1) / 4.0 ? 1 - 6 * x * x + 6 * x * x * x
        : 2 * Math.Pow(1 - x, 3);

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    /// <param name="x">From the nearer end.</param>
    /// <param name="share">Of the window that rises and falls.</param>
    private static double Tukey(double x, double share) => share <= 0 || x >= share / 2 ? 1 : Hann(x / Math.Min(1, share));

    private static double Vorbis(double turn) => Math.Sin(Math.PI / 2 * Math.Pow(Math.Sin(Math.PI * turn), 2));
}
