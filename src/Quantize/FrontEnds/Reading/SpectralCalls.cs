using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>Spectrograms, mel and cepstral features of the libraries, and the STFT.</summary>
internal static class SpectralCalls
{
    private const string MelCall = "library=librosa: melspectrogram, power_to_db; torchaudio: MelSpectrogram, ln(S + 1e-6); "
        + "tensorflow: tf.signal.stft, linear_to_mel_weight_matrix; kaldi: fbank; whisper; psf: logfbank";

    public static IReadOnlyList<FrontEndDefinition> All { get; } =
    [
        new("log-mel", 0, MelCall, (call, context) => [Deltas(call, Library.Of(call).LogMel(call, context))]),
        new("mel", 0, "as log-mel, without the logarithm", (call, context) => [Deltas(call, Library.Of(call).Mel(call, context))]),
        new("mfcc", 0,
            "library=librosa: feature.mfcc; torchaudio: MFCC; tensorflow: mfccs_from_log_mel_spectrograms; tensorflow-op: "
                + "AudioSpectrogram, Mfcc; kaldi: mfcc; psf: mfcc",
            (call, context) => [Deltas(call, Library.Of(call).Mfcc(call, context))]),
        new("lfcc", 0, "library=torchaudio: LFCC, cepstral coefficients of linear filters", (call, context) =>
            [Deltas(call, Library.Of(call).Lfcc(call, context))]),
        new("spectrogram", 0, "|STFT|^power of the library, with a logarithm if log= says so; kaldi: spectrogram", (call, context) =>
            [Library.Of(call).Spectrogram(call, context)]),
        new("stft", 0, "torch.stft; library=scipy: scipy.signal.stft; library=librosa, tensorflow: theirs; re_im, magnitude, power "
            + "or phase",
            (call, context) => [StftCalls.Forward(call, context)]),
        new("istft", 0, "torch.stft and torch.istft: samples to samples by overlap-add", (call, context) =>
            [StftCalls.Inverse(call, context)]),
        new("microfrontend", 0, "TensorFlow Lite Micro's audio_microfrontend, to the bit", Microfrontend),
    ];

    /// <summary>Derivatives as the library has them: torchaudio, Kaldi and python_speech_features derive derivatives.</summary>
    private static FeatureStage Deltas(CallText call, FeatureStage stage)
    {
        var order = call.Whole("deltas") ?? 0;
        var repeats = call.Text("library") is "torchaudio" or "kaldi" or "psf";
        var reach = call.Whole("delta_n", "N") ?? (call.Whole("delta_width", "width") is int width ? width % 2 == 1 ? width / 2
            : throw FrontEndErrors.Invalid($"delta_width={width}", "an odd number") : repeats ? 2 : 4);
        var spec = new DeltaSpec(order, reach)
        {
            Degree = call.Whole("polyorder"),
            Repeats = repeats,
            Mode = call.Text("delta_mode", "mode") is not { } mode || mode == "replicate" ? "nearest" : mode,
        };
        var stacked = call.Flag("stack") ?? true;
        return order == 0 ? stage : stage with { Deltas = spec, StackedDeltas = stacked ? order : 0 };
    }

    private static FrontEndStage[] Microfrontend(CallText call, CallContext context)
    {
        var standard = new MicrofrontendSpec();
        var stage = new MicrofrontendStage(standard with
        {
            SampleRate = (int)context.Rate(call),
            WindowMs = call.Whole("window_ms", "window_size") ?? standard.WindowMs,
            StepMs = call.Whole("step_ms", "window_step") ?? standard.StepMs,
            Channels = call.Whole("num_channels", "mels") ?? standard.Channels,
            LowerHz = call.Number("lower_band_limit", "fmin") ?? standard.LowerHz,
            UpperHz = call.Number("upper_band_limit", "fmax") ?? standard.UpperHz,
            SmoothingBits = call.Whole("smoothing_bits") ?? standard.SmoothingBits,
            EvenSmoothing = call.Number("even_smoothing") ?? standard.EvenSmoothing,
            OddSmoothing = call.Number("odd_smoothing") ?? standard.OddSmoothing,
            MinSignalRemaining = call.Number("min_signal_remaining") ?? standard.MinSignalRemaining,
            Pcan = call.Flag("enable_pcan", "pcan") ?? standard.Pcan,
            PcanStrength = call.Number("pcan_strength") ?? standard.PcanStrength,
            PcanOffset = call.Number("pcan_offset") ?? standard.PcanOffset,
            GainBits = call.Whole("gain_bits") ?? standard.GainBits,
            Log = call.Flag("enable_log", "log") ?? standard.Log,
            ScaleShift = call.Whole("scale_shift") ?? standard.ScaleShift,
            OutputScale = call.Number("output_scale", "out_scale") ?? 1,
        });
        call.Text("out_type");
        int left = call.Whole("left_context") ?? 0, right = call.Whole("right_context") ?? 0, stride = call.Whole("frame_stride") ?? 1;
        var around = new ContextStage(left, right, Library.Positive(stride, "frame_stride"), call.Flag("zero_padding") ?? false);
        return around.IsNothing ? [stage] : [stage, around];
    }
}
