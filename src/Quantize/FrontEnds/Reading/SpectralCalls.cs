using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>Spectrograms, mel and cepstral features of the libraries, and the STFT.</summary>
internal static class SpectralCalls
{
    private const string MelCall = "library=librosa: melspectrogram, power_to_db; torchaudio: MelSpectrogram, ln(S + 1e-6); tensorflow: tf.signal.stft, linear_to_mel_weight_matrix; kaldi: fbank; whisper; psf: logfbank";

    public static IReadOnlyList<FrontEndDefinition> All { get; } =
    [
        new("log-mel", 0, MelCall, (call, context) => [Libraries.Of(call).LogMel(call, context)]),
        new("mel", 0, "as log-mel, without the logarithm", (call, context) =>
            [Libraries.Of(call).LogMel(call, context) with { Log = LogSpec.None }]),
        new("mfcc", 0,
            "library=librosa: feature.mfcc; torchaudio: MFCC; tensorflow: mfccs_from_log_mel_spectrograms; tensorflow-op: AudioSpectrogram, Mfcc; kaldi: mfcc; psf: mfcc",
            (call, context) => [Deltas(call, Libraries.Of(call).Mfcc(call, context))]),
        new("spectrogram", 0, "|STFT|^power of the library, with a logarithm if log= says so",
            (call, context) => [Libraries.Of(call).LogMel(call, context) with { Mel = null, Log = Libraries.Log(call, LogSpec.None) }]),
        new("stft", 0, "torch.stft, scipy.signal.stft: re_im, magnitude, power or phase", (call, context) => [Stft(call, context)]),
        new("istft", 0, "torch.stft and torch.istft: samples to samples by overlap-add", (call, context) => [Inverse(call, context)]),
        new("microfrontend", 0, "TensorFlow Lite Micro's audio_microfrontend, to the bit", (call, context) =>
            [Microfrontend(call, context)]),
    ];

    public static FeatureStage Deltas(CallText call, FeatureStage stage)
    {
        var order = call.Whole("deltas") ?? 0;
        var width = call.Whole("delta_width") ?? 9;
        var stacked = call.Flag("stack") ?? true;
        return order == 0 ? stage : stage with { Deltas = new DeltaSpec(order, width / 2), StackedDeltas = stacked ? order : 0 };
    }

    private static (FrameSpec Frame, WindowSpec Window, int Size) Framing(CallText call, CallContext context)
    {
        context.Rate(call);
        var size = call.Whole("n_fft", "nfft") ?? 512;
        int length = call.Whole("win", "win_length", "window_length") ?? size, hop = call.Whole("hop", "hop_length") ?? length / 4;
        var center = call.Flag("center") ?? false;
        var window = new WindowSpec(call.Text("window") ?? "hann", length, call.Flag("periodic") ?? true, (size - length) / 2);
        return (new FrameSpec(size, Libraries.Positive(hop, "hop"), center ? size / 2 : call.Whole("lead") ?? 0, call.Text("pad_mode")
            ?? "constant"), window, size);
    }

    private static StftStage Stft(CallText call, CallContext context)
    {
        var (frame, window, size) = Framing(call, context);
        var scale = call.Text("scaling") switch
        {
            null or "none" => 1,
            "spectrum" => 1 / window.Values().Sum(),
            var other => throw FrontEndErrors.Invalid($"stft: scaling={other}", "none or spectrum"),
        };
        return new StftStage(frame, window, size, call.Text("output") ?? "magnitude") { Scale = scale * (call.Number("scale") ?? 1) };
    }

    private static InverseStftStage Inverse(CallText call, CallContext context)
    {
        var (frame, window, size) = Framing(call, context);
        return new InverseStftStage(frame, window, size) { Gain = call.Numbers("gain"), Trim = frame.PadLeft };
    }

    private static MicrofrontendStage Microfrontend(CallText call, CallContext context)
    {
        var standard = new MicrofrontendSpec();
        return new MicrofrontendStage(standard with
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
    }
}
