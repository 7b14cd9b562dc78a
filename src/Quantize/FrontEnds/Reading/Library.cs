using System.Numerics;
using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>The conventions of a library: what a call means where the user says nothing. Adding one is a file and its name here.</summary>
internal abstract class Library
{
    private static readonly Dictionary<string, Library> Known = new(StringComparer.Ordinal)
    {
        ["librosa"] = new LibrosaLibrary(),
        ["torchaudio"] = new TorchaudioLibrary(),
        ["tensorflow"] = new TensorFlowLibrary(),
        ["tensorflow-op"] = new TensorFlowOpLibrary(),
        ["kaldi"] = new KaldiLibrary(),
        ["whisper"] = new WhisperLibrary(),
        ["psf"] = new SpeechFeaturesLibrary(),
    };

    public static Library Of(CallText call)
    {
        var name = call.Text("library") ?? "librosa";
        return Known.GetValueOrDefault(name)
            ?? throw FrontEndErrors.Invalid($"{call.Name}: there is no library '{name}'", $"one of {string.Join(", ", Known.Keys)}");
    }

    public abstract FeatureStage LogMel(CallText call, CallContext context);

    public virtual FeatureStage Mel(CallText call, CallContext context) => LogMel(call, context) with { Log = LogSpec.None };

    public abstract FeatureStage Mfcc(CallText call, CallContext context);

    /// <summary>Linear filters in the place of mel filters.</summary>
    public virtual FeatureStage Lfcc(CallText call, CallContext context) =>
        throw FrontEndErrors.Invalid("lfcc is torchaudio's", "lfcc(library=torchaudio, …)");

    /// <summary>The spectrum's bins; with a logarithm where the call names one.</summary>
    public virtual FeatureStage Spectrogram(CallText call, CallContext context) =>
        LogMel(call, context) with { Mel = null, Log = Logs.Of(call, LogSpec.None) };

    public static int Positive(int value, string name) => value >= 1 ? value : throw FrontEndErrors.Invalid($"{name}={value}", "1 or more");

    /// <summary>The window that a call names: a name, as the library spells it too, (name, parameter), or its values in brackets.</summary>
    public static WindowSpec Window(CallText call, string absent, int length, bool periodic, int offset)
    {
        var text = call.Text("window", "window_fn", "window_type", "winfunc") ?? absent;
        if (text.StartsWith('['))
            return new WindowSpec("given", length, periodic, offset) { Given = call.NumbersOf(text, "window") };

        var parts = CallText.Items(text is ['(', .., ')'] ? text[1..^1] : text).Select(part => part.Trim('\'', '"')).ToArray();
        var name = parts[0][(parts[0].LastIndexOf('.') + 1)..];
        name = name.EndsWith("_window", StringComparison.Ordinal) ? name[..^"_window".Length] : name;
        double[] parameters = [.. parts[1..].Where(part => part is not ("none" or "None")).Select(part => call.NumberOf(part, "window"))];
        return new WindowSpec(name, length, call.Flag("periodic") ?? periodic, offset)
        {
            Parameters = name == "blackman" && call.Number("blackman_coeff") is double coefficient ? [coefficient] : parameters,
        };
    }

    /// <summary>Samples of a setting in samples, or of one in milliseconds.</summary>
    protected static int Samples(CallText call, double hz, double milliseconds, string[] inMilliseconds,
        params ReadOnlySpan<string> inSamples) =>
        Positive(call.Whole(inSamples) ?? (int)((call.Number(inMilliseconds) ?? milliseconds) * 0.001 * hz), inSamples[0]);

    protected static int Above(int length) => (int)BitOperations.RoundUpToPowerOf2((uint)length);

    protected static MelSpec Filters(CallText call, MelSpec standard, double hz)
    {
        var high = call.NumberOrNone(standard.High, "fmax", "high_freq", "f_max", "highfreq", "upper_edge_hertz", "upper_frequency_limit")
            ?? 0;
        return standard with
        {
            Count = Positive(call.Whole("mels", "n_mels", "num_mel_bins", "num_bins", "nfilt", "feature_size", "n_filter",
                "filterbank_channel_count") ?? standard.Count, "mels"),
            Scale = call.Text("mel_scale") ?? (call.Flag("htk") is bool htk ? htk ? "htk" : "slaney" : standard.Scale),
            Norm = call.Text("mel_norm") is { } norm ? NormOf(norm) : standard.Norm,
            Low = call.Number("fmin", "low_freq", "f_min", "lowfreq", "lower_edge_hertz", "lower_frequency_limit") ?? standard.Low,
            // Kaldi counts from half the rate down.
            High = high <= 0 ? hz / 2 + high : high,
        };
    }

    protected static string? NormOf(string norm) => norm is "none" or "null" or "None" ? null : norm;

    protected static CosineTransform Cosine(CallText call, int standard, string norm) => new(
        Positive(call.Whole("coefficients", "n_mfcc", "n_lfcc", "num_ceps", "numcep", "dct_coefficient_count") ?? standard, "coefficients"),
        call.Text("dct_norm") ?? norm)
    {
        Type = call.Whole("dct_type") ?? 2,
    };

    protected static LifterSpec? Lifter(CallText call, double standard, int first) =>
        (call.Number("lifter", "cepstral_lifter", "ceplifter") ?? standard) is var length and > 0 ? new LifterSpec(length, first) : null;

    /// <summary>Settings of the library that change nothing here, or have one value with which a stream can be computed.</summary>
    /// <param name="refusal">What any other value would need, and what to give instead.</param>
    protected static void Only(CallText call, string name, string[] allowed, Func<string, Exception> refusal)
    {
        if (call.Text(name) is { } given && !allowed.Contains(given, StringComparer.OrdinalIgnoreCase)
            && !(CallText.IsNumber(given, out var number) && allowed.Contains("0") && number == 0))
        {
            throw refusal(given);
        }
    }

    /// <summary>Random noise: no two runs would agree.</summary>
    protected static void NoDither(CallText call) => Only(call, "dither", ["0"], given =>
        FrontEndErrors.Invalid($"dither={given} adds noise at random, so that no two runs agree", "dither=0"));

    /// <summary>Frames of the transform's length, the window in their middle; centred ones are padded by half.</summary>
    protected static FeatureStage Centred(CallText call, CallContext context, CentredDefaults defaults)
    {
        var hz = context.Rate(call);
        var size = Positive(call.Whole("n_fft") ?? defaults.Size, "n_fft");
        var length = Positive(call.WholeOrNone("win", "win_length") ?? size, "win");
        var hop = Positive(call.WholeOrNone("hop", "hop_length") ?? (int)((defaults.HopsOfTransform ? size : length) / defaults.Hops),
            "hop");
        var center = call.Flag("center") ?? true;
        var padding = call.Text("pad_mode") ?? defaults.PadMode;
        var zeros = call.Whole("pad") ?? 0;
        Only(call, "onesided", ["true", "none"], _ =>
            FrontEndErrors.Invalid("onesided=false: the other half mirrors this one", "onesided=true"));
        var window = Window(call, "hann", length, periodic: true, (size - length) / 2);
        var lead = zeros + (center ? size / 2 : 0);
        var mode = zeros > 0 && (!center || zeros >= size / 2) ? "constant" : center ? padding : "none";
        return new FeatureStage(new FrameSpec(size, hop, lead, mode) { PadRight = mode == "constant" ? lead : 0 }, window, size)
        {
            SampleHz = hz,
            Scale = (call.Number("scale") ?? 1) * Normalization(call, window, size),
            SignalPreemphasis = call.Number("preemphasis") ?? 0,
            Power = call.Number("power") ?? 2,
        };
    }

    /// <summary>torchaudio's normalized.</summary>
    private static double Normalization(CallText call, WindowSpec window, int size) => call.Text("normalized") switch
    {
        null or "false" or "False" => 1,
        "true" or "True" or "window" => 1 / Math.Sqrt(window.Values().Sum(weight => weight * weight)),
        "frame_length" => 1 / Math.Sqrt(size),
        var other => throw FrontEndErrors.Invalid($"{call.Name}: normalized={other}", "false, window or frame_length"),
    };

    /// <param name="Hops">In a window, where the call says none.</param>
    /// <param name="HopsOfTransform">In a transform rather than a window.</param>
    protected sealed record CentredDefaults(int Size, double Hops, string PadMode, bool HopsOfTransform = false);
}
