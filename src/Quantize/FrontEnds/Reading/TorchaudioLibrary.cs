using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>torchaudio.transforms: Spectrogram, MelSpectrogram, MFCC, LFCC, AmplitudeToDB, ComputeDeltas.</summary>
internal sealed class TorchaudioLibrary : Library
{
    public override FeatureStage LogMel(CallText call, CallContext context) => WithFilters(call, context, "norm") with
    {
        Log = Logs.Of(call, new LogSpec("ln") { Offset = 1e-6 }),
    };

    public override FeatureStage Mfcc(CallText call, CallContext context) =>
        Cepstral(call, WithFilters(call, context, null), call.Flag("log_mels") ?? true);

    public override FeatureStage Lfcc(CallText call, CallContext context)
    {
        var stage = Framed(call, context);
        return Cepstral(call, stage with { Mel = Filters(call, new MelSpec(128, "linear", null, 0, 0, "hz"), stage.SampleHz) },
            call.Flag("log_lf") ?? true);
    }

    public override FeatureStage Spectrogram(CallText call, CallContext context)
    {
        var stage = Framed(call, context);
        if (stage.Power == 0 || call.Flag("return_complex") == true)
            throw FrontEndErrors.Invalid("a complex spectrogram", "stft(output=re_im, …)");

        return stage with { Log = Logs.Of(call, LogSpec.None) };
    }

    /// <summary>Without log_mels the library takes AmplitudeToDB with top_db 80: the stream says that it goes without the cut.</summary>
    private static FeatureStage Cepstral(CallText call, FeatureStage stage, bool isNatural) => stage with
    {
        Log = isNatural ? Logs.Of(call, new LogSpec("ln") { Offset = 1e-6 })
            : call.Text("top_db") is not null ? Logs.Of(call, new LogSpec("db") { Mult = 10, Floor = 1e-10 })
            : throw FrontEndErrors.NeedsRecording("the decibels of log_mels=false, which the library cuts 80 below the recording's "
                + "maximum,",
                "give log_mels=false, top_db=none: the same without the cut"),
        Cosine = Cosine(call, 40, call.Text("norm") is { } norm ? NormOf(norm) ?? "none" : "ortho"),
        Lifter = Lifter(call, 0, 1),
    };

    private static FeatureStage WithFilters(CallText call, CallContext context, string? norm)
    {
        var stage = Framed(call, context);
        var mel = Filters(call, new MelSpec(128, "htk", null, 0, 0, "hz"), stage.SampleHz);
        return stage with { Mel = norm is not null && call.Text(norm) is { } given ? mel with { Norm = NormOf(given) } : mel };
    }

    private static FeatureStage Framed(CallText call, CallContext context) =>
        Centred(call, context, new CentredDefaults(400, 2, "reflect"));
}
