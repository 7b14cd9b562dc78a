using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>python_speech_features: mfcc, logfbank, fbank.</summary>
internal sealed class SpeechFeaturesLibrary : Library
{
    private const double Epsilon = 2.220446049250313e-16;

    public override FeatureStage LogMel(CallText call, CallContext context) =>
        WithFilters(call, context) with { Log = Logs.Of(call, new LogSpec("ln") { ZeroBecomes = Epsilon }) };

    /// <summary>fbank's first result; what is 0 there is the least number above it.</summary>
    public override FeatureStage Mel(CallText call, CallContext context) => WithFilters(call, context);

    public override FeatureStage Mfcc(CallText call, CallContext context) => LogMel(call, context) with
    {
        Cosine = Cosine(call, 13, "ortho"),
        Lifter = Lifter(call, 22, 0),
        Energy = call.Flag("energy", "append_energy", "appendEnergy") ?? true
            ? new EnergySpec("power_spectrum", Epsilon, EnergyPlace.First) : null,
    };

    public override FeatureStage Spectrogram(CallText call, CallContext context)
    {
        var hz = context.Rate(call);
        int length = Seconds(call, "winlen", hz) ?? Samples(call, hz, 25, ["window_ms"], "win"),
            hop = Seconds(call, "winstep", hz) ?? Samples(call, hz, 10, ["hop_ms"], "hop");
        var size = call.WholeOrNone("n_fft", "nfft") ?? (length > 512 ? Above(length) : 512);
        return new FeatureStage(new FrameSpec(length, hop, 0, "none") { PadRight = hop - 1 },
            Window(call, "rectangular", length, periodic: false, 0), size)
        {
            SampleHz = hz,
            Scale = call.Number("scale") ?? 32768,
            SignalPreemphasis = call.Number("preemphasis", "preemph") ?? 0.97,
            SpectrumScale = 1.0 / size,
            Log = Logs.Of(call, LogSpec.None),
        };
    }

    private FeatureStage WithFilters(CallText call, CallContext context)
    {
        var stage = Spectrogram(call, context);
        return stage with
        {
            Mel = Filters(call, new MelSpec(26, "htk", null, 0, 0, "fft_bin_floor"), stage.SampleHz),
            Log = new LogSpec("none") { ZeroBecomes = Epsilon },
        };
    }

    private static int? Seconds(CallText call, string name, double hz) => call.Number(name) is double seconds
        ? Positive((int)Math.Round(seconds * hz, MidpointRounding.AwayFromZero), name) : null;
}
