using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>tf.signal: stft, linear_to_mel_weight_matrix, mfccs_from_log_mel_spectrograms.</summary>
internal sealed class TensorFlowLibrary : Library
{
    public override FeatureStage LogMel(CallText call, CallContext context)
    {
        var stage = Spectrogram(call, context);
        return stage with
        {
            Mel = Filters(call, new MelSpec(80, "htk", null, 80, Math.Min(7600, stage.SampleHz / 2), "mel") { ZeroDc = true },
                stage.SampleHz),
            Log = Logs.Of(call, new LogSpec("ln") { Offset = 1e-6 }),
        };
    }

    public override FeatureStage Mfcc(CallText call, CallContext context) =>
        LogMel(call, context) with { Cosine = Cosine(call, 13, "ortho_all_sqrt2n") };

    public override FeatureStage Spectrogram(CallText call, CallContext context)
    {
        var hz = context.Rate(call);
        int length = Samples(call, hz, 25, ["window_ms"], "win", "frame_length"),
            hop = Samples(call, hz, 10, ["hop_ms"], "hop", "frame_step");
        var size = call.WholeOrNone("n_fft", "fft_length") ?? Above(length);
        Only(call, "pad_end", ["false"], _ => FrontEndErrors.Invalid(
            "pad_end=true adds frames behind the recording's end, which a stream does not reach", "pad_end=false"));

        // Of odd length its windows are symmetric.
        var window = Window(call, "hann", length, periodic: true, 0);
        return new FeatureStage(new FrameSpec(length, hop, 0, "none"), window with { Periodic = window.Periodic && length % 2 == 0 }, size)
        {
            SampleHz = hz,
            Power = call.Number("power") ?? 1,
            Scale = call.Number("scale") ?? 1,
            Log = Logs.Of(call, LogSpec.None),
        };
    }
}
