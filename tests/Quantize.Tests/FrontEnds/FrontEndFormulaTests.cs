using System.Text.Json;
using EdgeSeq.Quantize.FrontEnds.Reading;
using EdgeSeq.Quantize.FrontEnds.Tables;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.FrontEnds;

/// <summary>Front ends by name against plain double-precision code.</summary>
public sealed class FrontEndFormulaTests
{
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData(256, 200, 80, 20, false)]
    [InlineData(240, 240, 96, 13, true)]
    public void A_log_mel_front_end_is_its_formula(int size, int length, int hop, int mels, bool center)
    {
        var x = PlainSpectrum.Noise(2000, seed: 3);
        var window = PlainSpectrum.Hann(length);
        var begin = (size - length) / 2 - (center ? size / 2 : 0);
        var expected = new List<double>();
        for (var at = begin; at + length <= x.Length; at += hop)
        {
            double[] frame = [.. Enumerable.Range(0, length).Select(n => at + n >= 0 ? x[at + n] * window[n] : 0)];
            expected.AddRange(PlainSpectrum.HtkMel(PlainSpectrum.Power(frame, size), size, mels, 8000).Select(sum => Math.Log(sum + 1e-6)));
        }

        var actual = Run($"log-mel(library=torchaudio, rate=8000, n_fft={size}, win={length}, hop={hop}, mels={mels}, center={center}, "
            + "pad_mode=constant)", x);

        Near(expected, actual);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(160)]
    public void Steps_of_several_samples_give_the_rows_of_single_ones(int chunk)
    {
        var x = PlainSpectrum.Noise(1600, seed: 5);
        const string Call = "mfcc(library=kaldi, rate=8000, frame_shift=10, mels=15, coefficients=10, snip_edges=false, energy=true)";

        var single = Run(Call, x);
        var several = Run(Call, x, chunk);

        Near([.. single.Take(several.Length).Select(value => (double)value)], several);
        Assert.True(several.Length >= single.Length - 20);
    }

    [Fact]
    public void A_band_pass_has_a_gain_of_1_in_its_middle_and_none_far_away()
    {
        Assert.Equal(1, Gain("butter(3, [5, 12], rate=100)", Math.Sqrt(Tan(5) * Tan(12))), 1e-3);
        Assert.InRange(Gain("butter(3, [5, 12], rate=100)", Tan(0.5)), 0, 1e-2);

        static double Tan(double hz) => Math.Tan(Math.PI * hz / 100);
    }

    [Theory]
    [InlineData("low", 0.3)]
    [InlineData("high", 0.3)]
    [InlineData("low", 20)]
    public void A_filter_keeps_to_double_precision_however_low_its_cutoff_is(string kind, double edge)
    {
        var x = PlainSpectrum.Noise(5000, seed: 7).Select(value => value + 1).ToArray();
        var warped = Math.Tan(Math.PI * edge / 50);
        var (b, a) = SecondOrder(warped, kind);
        var expected = new double[x.Length];
        for (var t = 0; t < x.Length; t++)
        {
            for (var i = 0; i <= 2 && i <= t; i++)
                expected[t] += b[i] * x[t - i] - (i > 0 ? a[i] * expected[t - i] : 0);
        }

        Near(expected, Run($"butter(2, {edge.ToString(System.Globalization.CultureInfo.InvariantCulture)}, {kind}, rate=50)", x));
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("std")]
    [InlineData("min")]
    [InlineData("max")]
    public void Statistics_of_the_last_samples_are_those_of_a_window_that_grows_at_the_start(string stat)
    {
        var x = PlainSpectrum.Noise(90, seed: 9).Select(value => value + 3).ToArray();
        var expected = Enumerable.Range(0, x.Length).Select(t => Stat(stat, x[Math.Max(0, t - 15)..(t + 1)])).ToArray();

        Near(expected, Run($"moving-{stat}(16)", x));
    }

    [Fact]
    public void A_spectrum_and_its_inverse_give_the_samples_back()
    {
        var x = PlainSpectrum.Noise(800, seed: 11);

        var y = Run("istft(n_fft=64, hop=16, center=true)", x);

        Near([.. x.Skip(64).Take(600)], y[64..664]);
    }

    [Fact]
    public void A_resampler_keeps_a_tone_that_both_rates_hold()
    {
        double Tone(double seconds) => Math.Sin(2 * Math.PI * 440 * seconds);
        var x = Enumerable.Range(0, 9600).Select(n => Tone(n / 48000.0)).ToArray();

        var y = Run("resample(48000, 16000)", x);

        Assert.True(Enumerable.Range(200, 2500).Max(m => Math.Abs(y[m] - Tone(m / 16000.0))) < 2e-3);
    }

    [Theory]
    [InlineData("log-mel(top_db=80)", 417)]
    [InlineData("log-mel(library=unknown)", 706)]
    [InlineData("log-mel(mells=40)", 706)]
    [InlineData("log-mel(n_fft=512", 706)]
    [InlineData("butter(4, 30, rate=50)", 706)]
    [InlineData("resample(44100, 16000) | log-mel(rate=8000)", 706)]
    public void What_is_not_understood_is_told(string call, int code)
    {
        var refused = Assert.Throws<EdgeSeqException>(() => FrontEndText.Read(call).Build(1));

        Assert.Equal(code, refused.Code.Number);
    }

    [Theory]
    [InlineData("blackman", new[] { 0.0, 0.34, 1, 0.34, 0 })]
    [InlineData("hamming", new[] { 0.08, 0.54, 1, 0.54, 0.08 })]
    [InlineData("blackmanharris", new[] { 0.00006, 0.21747, 1, 0.21747, 0.00006 })]
    [InlineData("bartlett", new[] { 0.0, 0.5, 1, 0.5, 0 })]
    public void A_window_has_the_values_of_numpy_and_scipy(string name, double[] expected) =>
        Assert.All(expected.Zip(WindowFunction.Of(name, 5, periodic: false)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));

    [Theory]
    [InlineData("{'flor': 1e-10}", "chain.log.flor")]
    [InlineData("{'kind': 'db', 'reference': 'max'}", "chain.log.reference")]
    public void A_member_of_a_file_that_is_not_known_is_refused(string log, string member)
    {
        var json = $$"""
            {'frame': {'length': 64, 'hop': 32}, 'window': {'name': 'hann', 'length': 64}, 'fft': {'n_fft': 64}, 'log': {{log}},
             'note': 'what only describes may stand there'}
            """.Replace('\'', '"');

        var refused = Assert.Throws<EdgeSeqException>(() => new ChainReader(".").Read(JsonDocument.Parse(json).RootElement, "chain"));

        Assert.Contains(member, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_preset_becomes_a_graph() =>
        Assert.All(Presets.All, preset => Assert.NotEmpty(FrontEndText.Read(preset.Name).Build(1).Graph.Nodes));

    private static float[] Run(string call, double[] samples, int chunk = 1) =>
        FeatureRun.Of(FrontEndText.Read(call), samples.Select(value => (float)value).ToArray(), chunk);

    private static double Gain(string call, double warped)
    {
        var turn = 2 * Math.Atan(warped);
        var x = Enumerable.Range(0, 4000).Select(t => Math.Sin(turn * t)).ToArray();
        return Run(call, x)[2000..].Max();
    }

    /// <summary>The Butterworth filter of second order, from its closed form.</summary>
    private static (double[] B, double[] A) SecondOrder(double w, string kind)
    {
        var norm = 1 + Math.Sqrt(2) * w + w * w;
        double[] b = kind == "low" ? [w * w, 2 * w * w, w * w] : [1, -2, 1];
        return ([.. b.Select(value => value / norm)], [1, 2 * (w * w - 1) / norm, (1 - Math.Sqrt(2) * w + w * w) / norm]);
    }

    private static double Stat(string stat, double[] window) => stat switch
    {
        "mean" => window.Average(),
        "min" => window.Min(),
        "max" => window.Max(),
        _ => Math.Sqrt(window.Sum(value => Math.Pow(value - window.Average(), 2)) / window.Length),
    };

    private static void Near(IReadOnlyList<double> expected, float[] actual)
    {
        Assert.Equal(expected.Count, actual.Length);
        var largest = expected.Max(Math.Abs);
        var worst = expected.Select((value, i) => Math.Abs(value - actual[i])).Max();
        Assert.True(worst <= Tolerance * largest, $"off by {worst / largest:g3} of the largest value");
    }
}
