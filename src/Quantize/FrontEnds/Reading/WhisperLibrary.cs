using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>whisper.log_mel_spectrogram, transformers.WhisperFeatureExtractor; mels=128 for the third large model.</summary>
internal sealed class WhisperLibrary : Library
{
    public override FeatureStage LogMel(CallText call, CallContext context)
    {
        NoDither(call);
        Only(call, "chunk_length", ["30"], _ =>
            FrontEndErrors.Invalid("chunk_length: a stream has no end to be padded to", "leave it out"));
        Only(call, "do_normalize", ["false"], _ => FrontEndErrors.NeedsRecording("do_normalize", "do_normalize=false"));
        if (call.NumberOrNone(null, "clamp_below_max") is double below)
        {
            throw FrontEndErrors.NeedsRecording($"the clamp at the maximum less {below}", "clamp_below_max=none, as the preset "
                + "whisper has it");
        }

        var stage = Centred(call, context, new CentredDefaults(400, 2.5, "reflect"));
        return stage with
        {
            Mel = Filters(call, new MelSpec(80, "slaney", "slaney", 0, 0, "hz"), stage.SampleHz),
            Log = Logs.Of(call, new LogSpec("log10") { Floor = 1e-10 }),
            Affine = (4, 0.25),
        };
    }

    public override FeatureStage Mfcc(CallText call, CallContext context) =>
        throw FrontEndErrors.Invalid("whisper takes log-mel features", "log-mel(library=whisper)");

    public override FeatureStage Mel(CallText call, CallContext context) => base.Mel(call, context) with { Affine = (0, 1) };

    public override FeatureStage Spectrogram(CallText call, CallContext context) =>
        base.Spectrogram(call, context) with { Affine = (0, 1) };
}
