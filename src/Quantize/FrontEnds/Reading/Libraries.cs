using System.Numerics;
using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>The conventions of a library: what a call means where the user says nothing.</summary>
internal abstract class Libraries
{
    private static readonly Dictionary<string, Libraries> Known = new(StringComparer.Ordinal)
    {
        ["librosa"] = new Librosa(),
        ["torchaudio"] = new Torchaudio(),
        ["tensorflow"] = new TensorFlowSignal(),
        ["tensorflow-op"] = new TensorFlowOps(),
        ["kaldi"] = new Kaldi(),
        ["whisper"] = new Whisper(),
        ["psf"] = new PythonSpeechFeatures(),
    };

    public static Libraries Of(CallText call)
    {
        var name = call.Text("library") ?? "librosa";
        return Known.GetValueOrDefault(name)
            ?? throw FrontEndErrors.Invalid($"{call.Name}: there is no library '{name}'", $"one of {string.Join(", ", Known.Keys)}");
    }

    public abstract FeatureStage LogMel(CallText call, CallContext context);

    public abstract FeatureStage Mfcc(CallText call, CallContext context);

    /// <summary>The logarithm that the call asks for.</summary>
    public static LogSpec Log(CallText call, LogSpec absent)
    {
        var log = call.Text("log") switch
        {
            null => absent,
            "none" => LogSpec.None,
            "db" => new LogSpec("db") { Mult = 10, Floor = 1e-10 },
            "ln" => new LogSpec("ln") { Offset = 1e-6 },
            "log10" => new LogSpec("log10") { Floor = 1e-10 },
            var other => throw FrontEndErrors.Invalid($"{call.Name}: log={other}", "none, db, ln or log10"),
        };
        return log with
        {
            Mult = call.Number("db_multiplier") is double mult ? log.Kind == "db" ? mult
                : throw FrontEndErrors.Invalid($"{call.Name}: db_multiplier={mult} and a logarithm that is not in dB", "log=db") : log.Mult,
            Offset = call.Number("log_offset") ?? log.Offset,
            Floor = call.NumberOrNone("amin", call.NumberOrNone("log_floor", log.Floor)),
            Reference = call.Number("ref") ?? log.Reference,
            TopDb = call.NumberOrNone("top_db", null),
        };
    }

    public static int Positive(int value, string name) => value >= 1 ? value : throw FrontEndErrors.Invalid($"{name}={value}", "1 or more");

    /// <summary>Samples of a setting in samples, or of one in milliseconds.</summary>
    protected static int Samples(CallText call, double hz, double milliseconds, string inMilliseconds,
        params ReadOnlySpan<string> inSamples) =>
        Positive(call.Whole(inSamples) ?? (int)((call.Number(inMilliseconds) ?? milliseconds) * 0.001 * hz), inSamples[0]);

    protected static int Above(int length) => (int)BitOperations.RoundUpToPowerOf2((uint)length);

    protected static MelSpec Mel(CallText call, MelSpec standard, double hz)
    {
        var high = call.Number("fmax", "high_freq", "f_max", "highfreq", "upper_edge_hertz", "upper_frequency_limit") ?? standard.High;
        return standard with
        {
            Count = call.Whole("mels", "n_mels", "num_mel_bins", "nfilt", "feature_size", "filterbank_channel_count") ?? standard.Count,
            Scale = call.Text("mel_scale") ?? (call.Flag("htk") is bool htk ? htk ? "htk" : "slaney" : standard.Scale),
            Norm = call.Text("norm") is { } norm ? norm is "none" or "null" ? null : norm : standard.Norm,
            Low = call.Number("fmin", "low_freq", "f_min", "lowfreq", "lower_edge_hertz", "lower_frequency_limit") ?? standard.Low,
            // Kaldi counts from half the rate down.
            High = high <= 0 ? hz / 2 + high : high,
        };
    }

    protected static CosineTransform Cosine(CallText call, int standard, string norm) =>
        new(call.Whole("coefficients", "n_mfcc", "num_ceps", "numcep", "dct_coefficient_count") ?? standard, call.Text("dct_norm") ?? norm)
        {
            Type = call.Whole("dct_type") ?? 2,
        };

    protected static LifterSpec? Lifter(CallText call, double standard, int first) =>
        (call.Number("lifter", "cepstral_lifter", "ceplifter") ?? standard) is var length and not 0 ? new LifterSpec(length, first) : null;

    /// <summary>Frames of the transform's length, the window in their middle; centred ones are padded by half.</summary>
    private static FeatureStage Centred(CallText call, CallContext context, int standardSize, double hops, string padMode, MelSpec mel,
        LogSpec log)
    {
        var hz = context.Rate(call);
        var size = Positive(call.Whole("n_fft") ?? standardSize, "n_fft");
        int length = Positive(call.Whole("win", "win_length") ?? size, "win"), hop = call.Whole("hop", "hop_length")
            ?? (int)(length / hops);
        var center = call.Flag("center") ?? true;
        var padding = call.Text("pad_mode") ?? padMode;
        var window = new WindowSpec(call.Text("window") ?? "hann", length, call.Flag("periodic") ?? true, (size - length) / 2);
        return new FeatureStage(new FrameSpec(size, Positive(hop, "hop"), center ? size / 2 : 0, center ? padding : "none"),
            window, size)
        {
            SampleHz = hz,
            Scale = (call.Number("scale") ?? 1) * Normalization(call, window, size),
            SignalPreemphasis = call.Number("preemphasis") ?? 0,
            Power = call.Number("power") ?? 2,
            Mel = Mel(call, mel, hz),
            Log = Log(call, log),
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

    private sealed class Librosa : Libraries
    {
        public override FeatureStage LogMel(CallText call, CallContext context) => Centred(call, context, 2048, 4, "constant",
            new MelSpec(128, "slaney", "slaney", 0, 0, "hz"), new LogSpec("db") { Mult = 10, Floor = 1e-10 });

        public override FeatureStage Mfcc(CallText call, CallContext context) => LogMel(call, context) with
        {
            Cosine = Cosine(call, 20, "ortho"),
            Lifter = Lifter(call, 0, 1),
        };
    }

    private sealed class Torchaudio : Libraries
    {
        public override FeatureStage LogMel(CallText call, CallContext context) => Centred(call, context, 400, 2, "reflect",
            new MelSpec(128, "htk", null, 0, 0, "hz"), new LogSpec("ln") { Offset = 1e-6 });

        public override FeatureStage Mfcc(CallText call, CallContext context) => LogMel(call, context) with
        {
            Cosine = Cosine(call, 40, "ortho"),
            Lifter = Lifter(call, 0, 1),
        };
    }

    private sealed class Whisper : Libraries
    {
        public override FeatureStage LogMel(CallText call, CallContext context) => Centred(call, context, 400, 2.5, "reflect",
            new MelSpec(80, "slaney", "slaney", 0, 0, "hz"), new LogSpec("log10") { Floor = 1e-10 }) with
        { Affine = (4, 0.25) };

        public override FeatureStage Mfcc(CallText call, CallContext context) =>
            throw FrontEndErrors.Invalid("whisper takes log-mel features", "log-mel(library=whisper)");
    }

    private sealed class TensorFlowSignal : Libraries
    {
        public override FeatureStage LogMel(CallText call, CallContext context)
        {
            var hz = context.Rate(call);
            int length = Samples(call, hz, 25, "window_ms", "win", "frame_length"),
                hop = Samples(call, hz, 10, "hop_ms", "hop", "frame_step");
            var size = call.Whole("n_fft", "fft_length") ?? Above(length);
            return new FeatureStage(new FrameSpec(length, hop, 0, "none"),
                new WindowSpec(call.Text("window") ?? "hann", length, length % 2 == 0, 0), size)
            {
                SampleHz = hz,
                Power = call.Number("power") ?? 1,
                Scale = call.Number("scale") ?? 1,
                Mel = Mel(call, new MelSpec(80, "htk", null, 80, Math.Min(7600, hz / 2), "mel") { ZeroDc = true }, hz),
                Log = Log(call, new LogSpec("ln") { Offset = 1e-6 }),
            };
        }

        public override FeatureStage Mfcc(CallText call, CallContext context) =>
            LogMel(call, context) with { Cosine = Cosine(call, 13, "ortho_all_sqrt2n") };
    }

    private sealed class TensorFlowOps : Libraries
    {
        public override FeatureStage LogMel(CallText call, CallContext context)
        {
            var hz = context.Rate(call);
            int length = Samples(call, hz, 40, "window_ms", "win", "window_size"), hop = Samples(call, hz, 20, "hop_ms", "hop", "stride");
            var size = Above(length);
            var mel = Mel(call, new MelSpec(40, "htk", null, 20, Math.Min(4000, hz / 2), "mel"), hz);
            var bin = hz / size;
            return new FeatureStage(new FrameSpec(length, hop, 0, "none"), new WindowSpec("hann", length, true, 0), size)
            {
                SampleHz = hz,
                Power = 1,
                Scale = call.Number("scale") ?? 1,
                Mel = mel with { Bins = ((int)(1.5 + mel.Low / bin), (int)(mel.High / bin)) },
                Log = Log(call, new LogSpec("ln") { Floor = 1e-12 }),
            };
        }

        public override FeatureStage Mfcc(CallText call, CallContext context) =>
            LogMel(call, context) with { Cosine = Cosine(call, 13, "sqrt2n") };
    }

    private sealed class Kaldi : Libraries
    {
        private const double Epsilon = 1.1920928955078125e-07;

        public override FeatureStage LogMel(CallText call, CallContext context)
        {
            var stage = Of(call, context, 23);
            return call.Flag("energy", "use_energy") == true ? stage with { Energy = Energy(call, replaces: false) } : stage;
        }

        public override FeatureStage Mfcc(CallText call, CallContext context) => Of(call, context, 23) with
        {
            Cosine = Cosine(call, 13, "ortho"),
            Lifter = Lifter(call, 22, 0),
            Energy = call.Flag("energy", "use_energy") == true ? Energy(call, replaces: true) : null,
        };

        private static EnergySpec Energy(CallText call, bool replaces) =>
            new(call.Flag("raw_energy") ?? true ? "raw" : "windowed", Math.Max(Epsilon, call.Number("energy_floor") ?? 0), replaces);

        private static FeatureStage Of(CallText call, CallContext context, int mels)
        {
            if (call.Number("dither") is > 0)
                throw FrontEndErrors.Invalid("dither adds noise at random, so that no two runs agree", "dither=0");

            var hz = context.Rate(call);
            int length = Samples(call, hz, 25, "frame_length", "win"), hop = Samples(call, hz, 10, "frame_shift", "hop");
            var size = call.Whole("n_fft") ?? (call.Flag("round_to_power_of_two") ?? true ? Above(length) : length);
            var snips = call.Flag("snip_edges") ?? true;
            var frame = new FrameSpec(length, hop, snips ? 0 : length / 2 - hop / 2, snips ? "none" : "symmetric");
            return new FeatureStage(frame, new WindowSpec(call.Text("window", "window_type") ?? "povey", length, false, 0), size)
            {
                SampleHz = hz,
                Scale = call.Number("scale") ?? 32768,
                RemovesDc = call.Flag("remove_dc", "remove_dc_offset") ?? true,
                FramePreemphasis = call.Number("preemphasis", "preemphasis_coefficient", "preemph") ?? 0.97,
                Power = call.Number("power") ?? (call.Flag("use_power") ?? true ? 2 : 1),
                Mel = Mel(call, new MelSpec(mels, "htk", null, 20, 0, "mel") { ExcludesNyquist = true }, hz),
                Log = call.Flag("use_log_fbank") ?? true ? Log(call, new LogSpec("ln") { Floor = Epsilon }) : LogSpec.None,
            };
        }
    }

    private sealed class PythonSpeechFeatures : Libraries
    {
        private const double Epsilon = 2.220446049250313e-16;

        public override FeatureStage LogMel(CallText call, CallContext context)
        {
            var hz = context.Rate(call);
            int length = Seconds(call, "winlen", hz) ?? Samples(call, hz, 25, "window_ms", "win"),
                hop = Seconds(call, "winstep", hz) ?? Samples(call, hz, 10, "hop_ms", "hop");
            var size = call.Whole("n_fft", "nfft") ?? 512;
            return new FeatureStage(new FrameSpec(length, hop, 0, "none"),
                new WindowSpec(call.Text("window", "winfunc") ?? "rectangular", length, false, 0), size)
            {
                SampleHz = hz,
                Scale = call.Number("scale") ?? 32768,
                SignalPreemphasis = call.Number("preemphasis", "preemph") ?? 0.97,
                SpectrumScale = 1.0 / size,
                Mel = Mel(call, new MelSpec(26, "htk", null, 0, 0, "fft_bin_floor"), hz),
                Log = Log(call, new LogSpec("ln") { ZeroBecomes = Epsilon }),
            };
        }

        public override FeatureStage Mfcc(CallText call, CallContext context) => LogMel(call, context) with
        {
            Cosine = Cosine(call, 13, "ortho"),
            Lifter = Lifter(call, 22, 0),
            Energy = call.Flag("energy", "append_energy", "appendEnergy") ?? true
                ? new EnergySpec("power_spectrum", Epsilon, Replaces: true) : null,
        };

        private static int? Seconds(CallText call, string name, double hz) => call.Number(name) is double seconds
            ? Positive((int)Math.Round(seconds * hz, MidpointRounding.AwayFromZero), name) : null;
    }
}
