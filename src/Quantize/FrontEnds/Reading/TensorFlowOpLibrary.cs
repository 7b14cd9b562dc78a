using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>The ops AudioSpectrogram and Mfcc, which take the root of the spectrogram whether it is squared or not.</summary>
internal sealed class TensorFlowOpLibrary : Library
{
    public override FeatureStage LogMel(CallText call, CallContext context)
    {
        var stage = Framed(call, context);
        var mel = Filters(call, new MelSpec(40, "htk", null, 20, Math.Min(4000, stage.SampleHz / 2), "mel"), stage.SampleHz);
        var bin = stage.SampleHz / stage.FftSize;
        return stage with
        {
            Power = IsSquared(call) ?? true ? 1 : 0.5,
            Mel = mel with { Bins = ((int)(1.5 + mel.Low / bin), (int)(mel.High / bin)) },
            Log = Logs.Of(call, new LogSpec("ln") { Floor = 1e-12 }),
        };
    }

    public override FeatureStage Mfcc(CallText call, CallContext context) =>
        LogMel(call, context) with { Cosine = Cosine(call, 13, "sqrt2n") };

    /// <summary>AudioSpectrogram alone.</summary>
    public override FeatureStage Spectrogram(CallText call, CallContext context) => Framed(call, context) with
    {
        Power = IsSquared(call) ?? false ? 2 : 1,
        Log = Logs.Of(call, LogSpec.None),
    };

    private static bool? IsSquared(CallText call) => call.Flag("magnitude_squared");

    private static FeatureStage Framed(CallText call, CallContext context)
    {
        var hz = context.Rate(call);
        int length = Samples(call, hz, 40, ["window_ms"], "win", "window_size"), hop = Samples(call, hz, 20, ["hop_ms"], "hop", "stride");
        return new FeatureStage(new FrameSpec(length, hop, 0, "none"), new WindowSpec("hann", length, true, 0), Above(length))
        {
            SampleHz = hz,
            Scale = call.Number("scale") ?? 1,
        };
    }
}
