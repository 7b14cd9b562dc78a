using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>Spectral and cepstral features from their JSON form.</summary>
internal static class FeatureChain
{
    public static FeatureStage Read(ChainObject chain)
    {
        if (chain.OptionalNumber("dither") is > 0)
            throw FrontEndErrors.Invalid("dither adds noise at random, so that no two runs agree", "\"dither\": 0");

        var input = chain.Object("input");
        var spectrum = chain.Object("spectrum");
        var excludesNyquist = chain.Flag("mel_excludes_nyquist");
        chain.OptionalNumber("sample_rate");
        var stage = new FeatureStage(Frame(chain), Window(chain), FftSize(chain))
        {
            Scale = input?.OptionalNumber("multiply_by") ?? 1,
            SampleHz = chain.OptionalNumber("sample_rate") ?? input?.OptionalNumber("sample_rate") ?? input?.OptionalNumber("fs") ?? 16000,
            SignalPreemphasis = chain.OptionalNumber("signal_preemphasis") ?? 0,
            FramePreemphasis = chain.OptionalNumber("frame_preemphasis") ?? 0,
            RemovesDc = chain.Flag("frame_dc_removal"),
            Energy = chain.Object("log_energy") is { } energy ? Energy(energy) : null,
            Power = spectrum?.OptionalNumber("power") ?? 2,
            SpectrumScale = spectrum?.OptionalNumber("scale") ?? 1,
            Mel = chain.Object("mel") is { } mel ? Mel(mel, excludesNyquist) : null,
            Log = chain.Object("log") is { } log ? Log(log) : LogSpec.None,
            Affine = chain.Object("affine") is { } affine ? Affine(affine) : (0, 1),
            Cosine = chain.Object("dct") is { } dct ? Cosine(dct) : null,
            Lifter = chain.Object("lifter") is { } lifter ? Lifter(lifter) : null,
            Deltas = chain.Object("deltas") is { } deltas ? Deltas(deltas) : null,
        };
        spectrum?.Finish();
        return stage;
    }

    public static FrameSpec Frame(ChainObject chain)
    {
        var frame = chain.Object("frame") ?? throw FrontEndErrors.Invalid("'chain' lacks 'frame'");
        var pad = chain.Object("pad");
        int length = frame.Whole("length"), hop = frame.Whole("hop");
        frame.Finish();
        var mode = pad?.OptionalText("mode") ?? "none";
        var right = pad?.OptionalWhole("right") ?? 0;
        var result = new FrameSpec(length, hop, pad?.OptionalWhole("left") ?? 0, mode)
        {
            PadRight = mode == "constant" ? Math.Max(0, right) : 0,
        };
        pad?.Finish();
        return length >= 1 && hop >= 1 && result.PadLeft >= 0 && length <= 1 << 20 ? result
            : throw FrontEndErrors.Invalid($"frames of {length} samples with a hop of {hop}");
    }

    public static WindowSpec Window(ChainObject chain)
    {
        if (chain.Object("window") is not { } window)
            throw FrontEndErrors.Invalid("'chain' lacks 'window'");

        var values = window.Numbers("values");
        var length = values is null ? window.Whole("length") : window.OptionalWhole("length") ?? values.Length;
        var result = new WindowSpec(values is null ? window.Text("name") : "given", length, window.Flag("periodic", absent: true),
            window.OptionalWhole("offset_in_frame") ?? 0)
        {
            Parameters = window.Numbers("parameters")
                ?? [.. new[] { "beta", "std", "sigma", "alpha", "tau", "blackman_coeff" }.Select(window.OptionalNumber).OfType<double>()],
            Given = values,
        };
        window.Finish();
        return result;
    }

    public static int FftSize(ChainObject chain)
    {
        var fft = chain.Object("fft") ?? throw FrontEndErrors.Invalid("'chain' lacks 'fft'");
        var size = fft.Whole("n_fft");
        fft.Finish();
        return size is >= 2 and <= 1 << 16 ? size : throw FrontEndErrors.Invalid($"a Fourier transform of {size} points", "2 to 65536");
    }

    private static CosineTransform Cosine(ChainObject dct)
    {
        var result = new CosineTransform(dct.Whole("n"), dct.OptionalText("norm") ?? "ortho") { Type = dct.OptionalWhole("type") ?? 2 };
        dct.Finish();
        return result;
    }

    private static LifterSpec? Lifter(ChainObject lifter)
    {
        var length = lifter.Number("L");
        var result = length == 0 ? null : new LifterSpec(length, lifter.OptionalWhole("index_from") ?? 0);
        lifter.Finish();
        return result;
    }

    private static (double Add, double Multiply) Affine(ChainObject affine)
    {
        var result = (affine.OptionalNumber("add") ?? 0, affine.OptionalNumber("multiply") ?? 1);
        affine.Finish();
        return result;
    }

    private static EnergySpec Energy(ChainObject energy)
    {
        var stage = energy.OptionalText("stage") ?? "raw";
        var result = new EnergySpec(stage, energy.OptionalNumber("floor")
            ?? (stage == "power_spectrum" ? 2.220446049250313e-16 : 1.1920928955078125e-07),
            energy.Flag("adds") ? EnergyPlace.InFront : EnergyPlace.First);
        energy.Finish();
        return result;
    }

    private static MelSpec Mel(ChainObject mel, bool excludesNyquist)
    {
        var result = new MelSpec(mel.Whole("n_mels"), mel.OptionalText("scale") ?? "htk", mel.OptionalTextOrNumber("norm"),
            mel.Number("fmin"),
            mel.Number("fmax"), mel.OptionalText("triangle_axis") ?? "hz")
        {
            ZeroDc = mel.Flag("zero_dc"),
            ExcludesNyquist = excludesNyquist,
            Bins = mel.Numbers("bin_range") is [var first, var last] ? ((int)first, (int)last) : null,
        };
        mel.Finish();
        return result.Count >= 1 && result.Low >= 0 && result.High > result.Low ? result
            : throw FrontEndErrors.Invalid($"{result.Count} mel filters from {result.Low} to {result.High} Hz");
    }

    private static LogSpec Log(ChainObject log)
    {
        var kind = log.OptionalText("kind") ?? "ln";
        var result = new LogSpec(kind)
        {
            Mult = log.OptionalNumber("mult") ?? (kind == "db" ? 10 : 1),
            Offset = log.OptionalNumber("offset") ?? 0,
            Floor = log.OptionalNumber("floor"),
            Reference = log.OptionalNumber("ref") ?? 1,
            ZeroBecomes = log.OptionalNumber("zero_becomes"),
            Gain = log.OptionalNumber("gain") ?? 1,
            TopDb = log.OptionalNumber("top_db"),
            ClampBelowMax = log.OptionalNumber("clamp_below_max"),
        };
        log.Finish();
        return result;
    }

    private static DeltaSpec Deltas(ChainObject deltas)
    {
        var kind = deltas.Text("kind");
        var result = kind switch
        {
            "regression" => new DeltaSpec(deltas.OptionalWhole("order") ?? 1, deltas.Whole("N")) { Repeats = true },
            "savgol" => new DeltaSpec(deltas.OptionalWhole("order") ?? 1, deltas.Whole("width") / 2),
            _ => throw FrontEndErrors.Invalid($"there are no derivatives '{kind}'", "regression or savgol"),
        };
        result = result with
        {
            Degree = deltas.OptionalWhole("polyorder"),
            Mode = deltas.OptionalText("mode") is not { } mode || mode is "replicate" or "edge" ? "nearest" : mode,
        };
        deltas.Finish();
        return result;
    }
}
