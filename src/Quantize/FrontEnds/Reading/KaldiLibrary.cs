using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>Kaldi's fbank, mfcc and spectrogram, as torchaudio.compliance.kaldi and kaldi-native-fbank have them.</summary>
internal sealed class KaldiLibrary : Library
{
    private const double Epsilon = 1.1920928955078125e-07;

    public override FeatureStage LogMel(CallText call, CallContext context)
    {
        var stage = WithFilters(call, context);
        return stage with
        {
            Log = call.Flag("use_log_fbank") ?? true ? Logs.Of(call, new LogSpec("ln") { Floor = Epsilon }) : LogSpec.None,
            Energy = UsesEnergy(call) ? Energy(call, IsHtk(call) ? EnergyPlace.Behind : EnergyPlace.InFront) : null,
        };
    }

    public override FeatureStage Mfcc(CallText call, CallContext context)
    {
        bool energy = UsesEnergy(call), htk = IsHtk(call);
        return WithFilters(call, context) with
        {
            Log = Logs.Of(call, new LogSpec("ln") { Floor = Epsilon }),
            Cosine = Cosine(call, 13, "ortho"),
            Lifter = Lifter(call, 22, 0),
            Energy = energy ? Energy(call, EnergyPlace.First) : null,
            // HTK scales the coefficient 0 of the cosine transform by the root of 2.
            FirstGoesLast = htk ? energy ? 1 : Math.Sqrt(2) : null,
        };
    }

    /// <summary>Logarithms of the power; the frame's energy stands in the place of bin 0.</summary>
    public override FeatureStage Spectrogram(CallText call, CallContext context) => Framed(call, context) with
    {
        Log = Logs.Of(call, new LogSpec("ln") { Floor = Epsilon }),
        Energy = Energy(call, EnergyPlace.First),
    };

    private static bool UsesEnergy(CallText call) => call.Flag("energy", "use_energy") ?? false;

    private static bool IsHtk(CallText call) => call.Flag("htk_compat") ?? false;

    private static EnergySpec Energy(CallText call, EnergyPlace place) =>
        new(call.Flag("raw_energy") ?? true ? "raw" : "windowed", Math.Max(Epsilon, call.Number("energy_floor") ?? 0), place);

    private static FeatureStage WithFilters(CallText call, CallContext context)
    {
        var stage = Framed(call, context);
        var mel = Filters(call, new MelSpec(23, "htk", null, 20, 0, "mel") { ExcludesNyquist = true }, stage.SampleHz);
        var warp = call.Number("vtln_warp") ?? 1;
        double low = call.Number("vtln_low") ?? 100, high = call.Number("vtln_high") ?? -500;
        high = high <= 0 ? stage.SampleHz / 2 + high : high;
        return stage with
        {
            Power = call.Number("power") ?? (call.Flag("use_power") ?? true ? 2 : 1),
            Mel = warp == 1 ? mel : mel with { Warp = new VtlnWarp(warp, low, high, mel.Low, mel.High) },
        };
    }

    private static FeatureStage Framed(CallText call, CallContext context)
    {
        NoDither(call);
        Only(call, "subtract_mean", ["false"], _ => FrontEndErrors.NeedsRecording("subtract_mean, the mean over the recording,",
            "subtract_mean=false; means that are known beforehand go into normalize(mean=…, std=1)"));
        Only(call, "min_duration", ["0"], _ => FrontEndErrors.NeedsRecording("min_duration", "min_duration=0"));
        Only(call, "channel", ["-1", "0"], _ =>
            FrontEndErrors.Invalid("channel: samples of one channel come in", "channels(1) | log-mel(…)"));
        foreach (var flag in new[] { "htk_mode", "is_librosa", "debug_mel" })
            Only(call, flag, ["false"], _ => FrontEndErrors.Invalid($"{flag}=true: filters that are not Kaldi's", "library=librosa"));

        var hz = context.Rate(call);
        int length = Samples(call, hz, 25, ["frame_length", "frame_length_ms"], "win"),
            hop = Samples(call, hz, 10, ["frame_shift", "frame_shift_ms"], "hop");
        var size = call.Whole("n_fft") ?? (call.Flag("round_to_power_of_two") ?? true ? Above(length) : length);
        var snips = call.Flag("snip_edges") ?? true;
        var frame = new FrameSpec(length, hop, snips ? 0 : length / 2 - hop / 2, snips ? "none" : "symmetric");
        return new FeatureStage(frame, Window(call, "povey", length, periodic: false, 0), size)
        {
            SampleHz = hz,
            Scale = call.Number("scale") ?? 32768,
            RemovesDc = call.Flag("remove_dc", "remove_dc_offset") ?? true,
            FramePreemphasis = call.Number("preemphasis", "preemphasis_coefficient", "preemph", "preemph_coeff") ?? 0.97,
        };
    }
}
