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
        var end = x.Length + (center ? size / 2 : 0);
        for (var at = begin; at + length <= end; at += hop)
        {
            double[] frame = [.. Enumerable.Range(at, length).Select(n => n >= 0 && n < x.Length ? x[n] * window[n - at] : 0)];
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
    [InlineData("blackman", "", new[] { 0.0, 0.34, 1, 0.34, 0 })]
    [InlineData("hamming", "", new[] { 0.08, 0.54, 1, 0.54, 0.08 })]
    [InlineData("blackmanharris", "", new[] { 0.00006, 0.21747, 1, 0.21747, 0.00006 })]
    [InlineData("bartlett", "", new[] { 0.0, 0.5, 1, 0.5, 0 })]
    [InlineData("triang", "", new[] { 1 / 3.0, 2 / 3.0, 1, 2 / 3.0, 1 / 3.0 })]
    [InlineData("barthann", "", new[] { 0.0, 0.5, 1, 0.5, 0 })]
    [InlineData("parzen", "", new[] { 0.016, 0.424, 1, 0.424, 0.016 })]
    [InlineData("bohman", "", new[] { 0, 0.318309886, 1, 0.318309886, 0 })]
    [InlineData("lanczos", "", new[] { 0, 0.636619772, 1, 0.636619772, 0 })]
    [InlineData("flattop", "", new[] { -0.000421051, -0.05473684, 1.000000003, -0.05473684, -0.000421051 })]
    [InlineData("kaiser", "14", new[] { 7.727e-06, 0.164932188, 1, 0.164932188, 7.727e-06 })]
    [InlineData("gaussian", "1.5", new[] { 0.411112291, 0.800737403, 1, 0.800737403, 0.411112291 })]
    [InlineData("tukey", "0.6", new[] { 0, 0.933012702, 1, 0.933012702, 0 })]
    public void A_window_has_the_values_of_numpy_and_scipy(string name, string parameter, double[] expected)
    {
        double[] parameters = parameter.Length == 0 ? [] : [double.Parse(parameter, System.Globalization.CultureInfo.InvariantCulture)];

        var window = WindowFunction.Of(name, 5, periodic: false, parameters);

        Assert.All(expected.Zip(window), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    /// <summary>scipy.fft.dct of 1, 4, 9, 16, 25.</summary>
    [Theory]
    [InlineData(1, "ortho", new[] { 23.692388, -18.0, 6.636039, -6.0, 3.692388 })]
    [InlineData(1, "none", new[] { 84.0, -40.970563, 8.0, -7.029437, 4.0 })]
    [InlineData(2, "ortho", new[] { 24.596748, -18.896999, 3.702459, -1.703941, 0.540182 })]
    [InlineData(2, "none", new[] { 110.0, -59.757559, 11.708204, -5.388336, 1.708204 })]
    [InlineData(3, "ortho", new[] { 18.292179, -22.240447, 10.566502, -5.966401, 1.584234 })]
    [InlineData(3, "none", new[] { 57.430736, -70.744682, 33.0, -19.281629, 4.595575 })]
    [InlineData(4, "ortho", new[] { 13.971186, -20.238572, 12.969194, -10.691669, 9.575717 })]
    [InlineData(4, "none", new[] { 44.18077, -63.999985, 41.012193, -33.810027, 30.281075 })]
    public void A_cosine_transform_is_that_of_scipy(int type, string norm, double[] expected)
    {
        double[] x = [1, 4, 9, 16, 25];
        var matrix = new CosineTransform(5, norm) { Type = type }.Matrix(5);

        Assert.All(expected.Select((value, i) => (value, x.Select((each, j) => each * matrix[j * 5 + i]).Sum())),
            pair => Assert.Equal(pair.value, pair.Item2, 1e-6));
    }

    /// <summary>A straight line, a parabola: their derivatives are known.</summary>
    [Theory]
    [InlineData("mfcc(library=librosa, n_fft=32, hop=16, mels=4, n_mfcc=2, deltas=1, width=5, polyorder=3, stack=false)", 2)]
    [InlineData("mfcc(library=torchaudio, n_fft=32, hop=16, n_mels=4, n_mfcc=2, deltas=2, stack=false)", 4)]
    public void Derivatives_come_as_late_as_the_rows_that_they_take(string call, int delay)
    {
        var x = PlainSpectrum.Noise(800, seed: 13);

        var rows = Run(System.Text.RegularExpressions.Regex.Replace(call, "deltas=.", "deltas=0"), x);
        var derivatives = Run(call, x);

        Assert.True(derivatives.Length > 2 * 34);
        for (var t = 8; t < 30; t++)
        {
            double C(int offset) => rows[(t + offset) * 2 + 1];
            double First(int offset) => Enumerable.Range(-2, 5).Sum(j => j * C(offset + j)) / 10;
            var expected = delay == 2 ? (C(-2) - 8 * C(-1) + 8 * C(1) - C(2)) / 12
                : Enumerable.Range(-2, 5).Sum(j => j * First(j)) / 10;
            Assert.Equal(expected, derivatives[t * 2 + 1], 2e-4 * Math.Max(1, rows.Max(Math.Abs)));
        }
    }

    [Fact]
    public void Htk_puts_coefficient_0_behind_the_others_times_the_root_of_2()
    {
        var x = PlainSpectrum.Noise(1600, seed: 15);
        const string Call = "mfcc(library=kaldi, rate=8000, mels=15, num_ceps=5";

        var kaldi = Run($"{Call})", x);
        var htk = Run($"{Call}, htk_compat=true)", x);

        for (var t = 0; t + 5 <= kaldi.Length; t += 5)
        {
            Assert.Equal(kaldi[(t + 1)..(t + 5)], htk[t..(t + 4)]);
            Assert.Equal(kaldi[t] * Math.Sqrt(2), htk[t + 4], 1e-3);
        }
    }

    [Theory]
    [InlineData("iir(b=[0.2, 0.3, 0.1, 0.05], a=[1], rate=50)")]
    [InlineData("fir([0.2, 0.3, 0.1, 0.05])")]
    public void A_filter_without_feedback_is_a_sum_of_the_last_samples(string call)
    {
        var x = PlainSpectrum.Noise(60, seed: 17);
        double[] taps = [0.2, 0.3, 0.1, 0.05];

        var expected = x.Select((_, t) => taps.Select((tap, k) => t >= k ? tap * x[t - k] : 0).Sum()).ToArray();

        Near(expected, Run(call, x));
        Near(expected, Run(call, x, chunk: 10));
    }

    [Theory]
    [InlineData("butter(4, 100, high, rate=8000)")]
    [InlineData("butter(3, [200, 900], rate=8000)")]
    [InlineData("butter(2, 60, rate=8000, steady=true)")]
    public void A_filter_of_steps_of_several_samples_is_that_of_single_ones(string call)
    {
        var x = PlainSpectrum.Noise(1600, seed: 19).Select(value => value + 0.2).ToArray();

        Near([.. Run(call, x).Select(value => (double)value)], Run(call, x, chunk: 80));
    }

    [Fact]
    public void Rows_side_by_side_are_those_before_and_after()
    {
        var x = PlainSpectrum.Noise(2400, seed: 21).Select(value => value / 2).ToArray();

        var rows = Run("microfrontend(rate=8000, fmax=3800, num_channels=4)", x);
        var stacked = Run("microfrontend(rate=8000, fmax=3800, num_channels=4, left_context=2, right_context=1, frame_stride=2)", x);

        var at = 4;
        float[] Row(int t) => rows[(4 * Math.Max(0, t))..(4 * Math.Max(0, t) + 4)];
        Assert.Equal([.. Row(at - 2), .. Row(at - 1), .. Row(at), .. Row(at + 1)], stacked[(at / 2 * 16)..(at / 2 * 16 + 16)]);
        Assert.Equal([.. Row(0), .. Row(0), .. Row(0), .. Row(1)], stacked[..16]);
    }

    [Theory]
    [InlineData("log-mel(library=kaldi, subtract_mean=true)", "subtract_mean=false")]
    [InlineData("log-mel(library=kaldi, dither=1)", "dither=0")]
    [InlineData("mfcc(library=torchaudio, log_mels=false)", "top_db=none")]
    [InlineData("log-mel(ref=np.max)", "ref=1.0")]
    [InlineData("log-mel(library=whisper, clamp_below_max=8)", "whisper")]
    [InlineData("log-mel(library=tensorflow, pad_end=true)", "pad_end=false")]
    public void What_a_stream_cannot_have_names_what_it_can(string call, string instead)
    {
        var refused = Assert.Throws<EdgeSeqException>(() => FrontEndText.Read(call).Build(1));

        Assert.Contains(instead, refused.Hint, StringComparison.Ordinal);
    }

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
