using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>librosa.feature.melspectrogram, mfcc and delta, power_to_db, amplitude_to_db.</summary>
internal sealed class LibrosaLibrary : Library
{
    public override FeatureStage LogMel(CallText call, CallContext context) => WithFilters(call, context, "norm") with
    {
        Log = Logs.Of(call, new LogSpec("db") { Mult = 10, Floor = 1e-10 }),
    };

    /// <summary>norm is the cosine transform's, as in librosa's call, which passes no other on.</summary>
    public override FeatureStage Mfcc(CallText call, CallContext context) => WithFilters(call, context, null) with
    {
        Log = Logs.Of(call, new LogSpec("db") { Mult = 10, Floor = 1e-10 }),
        Cosine = Cosine(call, 20, call.Text("norm") is { } norm ? NormOf(norm) ?? "none" : "ortho"),
        Lifter = Lifter(call, 0, 1),
    };

    public override FeatureStage Spectrogram(CallText call, CallContext context) =>
        Framed(call, context) with { Log = Logs.Of(call, LogSpec.None) };

    private static FeatureStage WithFilters(CallText call, CallContext context, string? norm)
    {
        var stage = Framed(call, context);
        var mel = Filters(call, new MelSpec(128, "slaney", "slaney", 0, 0, "hz"), stage.SampleHz);
        return stage with { Mel = norm is not null && call.Text(norm) is { } given ? mel with { Norm = NormOf(given) } : mel };
    }

    private static FeatureStage Framed(CallText call, CallContext context)
    {
        Only(call, "S", ["none"], _ => FrontEndErrors.Invalid("S is a spectrogram of the whole recording", "leave S out: samples come in"));
        Only(call, "dtype", ["float32", "np.float32", "numpy.float32"], given =>
            FrontEndErrors.Invalid($"dtype={given}: features are float32", "leave dtype out"));
        return Centred(call, context, new CentredDefaults(2048, 4, "constant"));
    }
}
