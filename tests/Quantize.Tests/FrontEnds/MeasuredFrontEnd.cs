namespace EdgeSeq.Quantize.Tests.FrontEnds;

/// <summary>Front ends by name, the library call that each stands for, its formula, and the features that the library computed, or that
/// plain loops in double precision compute from its definition.</summary>
/// <param name="Call">What users type.</param>
/// <param name="Library">The library's own call.</param>
/// <param name="File">Of the recording, or of the features that the library computed, beside the repository.</param>
internal sealed record MeasuredFrontEnd(string Call, string Library, string Formula, string File)
{
    private const string Speech = "audio.npy";

    private const string Hann160 = "n_fft=512, win=400, hop=160";

    public static IReadOnlyList<MeasuredFrontEnd> All { get; } =
    [
        new("whisper", "transformers.WhisperFeatureExtractor() without its clamp", "(log10(max(M·\\|X\\|², 1e-10)) + 4) / 4, "
            + "Slaney's mel and norm", "whisper_mel80_noclamp.npy"),
        new("kaldi-fbank80", "torchaudio.compliance.kaldi.fbank(x · 32768, num_mel_bins=80)", "ln(max(M·\\|X\\|², ε)), DC out, "
            + "pre-emphasis in the frame, Povey's window", "torchaudio_kaldi_fbank80_povey.npy"),
        new("kaldi-fbank80", "kaldi_native_fbank.OnlineFbank, num_bins=80, dither=0", "the same", "knf_fbank80_snip.npy"),
        new("microwakeword", "pymicro_features.MicroFrontend()", "integers · 0.0390625", "pymicro_features_mel40.npy"),
        new("yamnet", "tf.signal.stft, linear_to_mel_weight_matrix as in YAMNet's features.py, in double precision",
            "ln(M·\\|X\\| + 0.001)", Speech)
        {
            Plain = x => [.. Frames(x, 400, 160, 0).Select(frame => PlainSpectrum.Power(
                [.. frame.Zip(PlainSpectrum.Hann(400), (sample, weight) => sample * weight)], 512))
                .SelectMany(power => PlainSpectrum.TensorFlowMel([.. power.Select(Math.Sqrt)], 16000, 64, 125, 7500))
                .Select(sum => Math.Log(sum + 0.001))],
        },
        new("silero", "the frame of 576 samples that the package's OnnxWrapper makes", "x[512·k − 64 + i]", Speech)
        {
            Plain = x => [.. Frames(x, 576, 512, 64).SelectMany(frame => frame)],
        },
        new("dtln", "numpy.abs(numpy.fft.rfft(the last 512 samples)), in double precision", "\\|X\\|", Speech)
        {
            Plain = x => [.. Frames(x, 512, 128, 384).SelectMany(frame => PlainSpectrum.Power(frame, 512).Select(Math.Sqrt))],
        },
        new("speech-commands", "tf.raw_ops.AudioSpectrogram(magnitude_squared=True), Mfcc", "√(2/n)·C·ln(max(M·\\|X\\|, 1e-12))",
            "tf_audio_ops_mfcc10.npy"),
        new($"log-mel({Hann160}, mels=40, center=false)", "librosa.feature.melspectrogram, power_to_db(top_db=None)",
            "10·log10(max(M·\\|X\\|², 1e-10))", "librosa_mel40_nocenter_slaney_db.npy"),
        new($"log-mel({Hann160}, mels=40, htk=true)", "the same, htk=True, center=True", "the same after 256 zeros",
            "librosa_mel40_center_htk_db.npy"),
        new($"mel({Hann160}, mels=40)", "librosa.feature.melspectrogram", "M·\\|X\\|²", "librosa_mel40_center_slaney_power.npy"),
        new($"mfcc({Hann160}, mels=40, n_mfcc=13, top_db=none, lifter=22)", "librosa.feature.mfcc(S=dB, lifter=22)",
            "C·dB, c_i·(1 + 11·sin(π(i + 1)/22))", "librosa_mfcc13_center_lifter22.npy"),
        new($"mfcc({Hann160}, mels=40, n_mfcc=13, top_db=none, deltas=1, stack=false)", "librosa.feature.delta(mode='nearest')",
            "Σ j·c[t + j] / 60, j from -4 to 4", "librosa_mfcc13_center_delta1.npy"),
        new($"log-mel(library=torchaudio, {Hann160}, mels=80, center=false)", "torchaudio.transforms.MelSpectrogram, torch.log(S + 1e-6)",
            "ln(M·\\|X\\|² + 1e-6)", "torchaudio_mel80_nocenter_ln.npy"),
        new($"mfcc(library=torchaudio, {Hann160}, n_mels=40, n_mfcc=13)", "torchaudio.transforms.MFCC(log_mels=True)",
            "C·ln(M·\\|X\\|² + 1e-6)", "torchaudio_mfcc13_center_ln.npy"),
        new($"mfcc(library=torchaudio, {Hann160}, n_mels=40, n_mfcc=13, deltas=1, stack=false)", "torchaudio.transforms.ComputeDeltas()",
            "Σ j·c[t + j] / 10, j from -2 to 2", "torchaudio_mfcc13_center_ln_delta.npy"),
        new("mfcc(library=kaldi)", "torchaudio.compliance.kaldi.mfcc(x · 32768)", "lifter(C·ln(max(M·\\|X\\|², ε)))",
            "torchaudio_kaldi_mfcc13.npy"),
        new("mfcc(library=kaldi, use_energy=true)", "kaldi_native_fbank.OnlineMfcc, use_energy", "the same, c0 = ln(max(Σ x², ε))",
            "knf_mfcc13_energy.npy"),
        new("log-mel(library=tensorflow, mels=80)", "tf.signal.stft, linear_to_mel_weight_matrix, log(… + 1e-6)", "ln(M·\\|X\\| + 1e-6)",
            "tf_logmel80.npy"),
        new("mfcc(library=tensorflow, frame_length=1024, frame_step=256, mels=80)", "tf.signal.mfccs_from_log_mel_spectrograms",
            "C·ln(M·\\|X\\| + 1e-6)", "tf_guide_mfcc13.npy"),
        new("spectrogram(library=tensorflow, frame_length=255, frame_step=128)", "tf.abs(tf.signal.stft)", "\\|X\\|",
            "tf_simple_audio_stft.npy"),
        new("mfcc(library=psf)", "python_speech_features.mfcc(x · 32768)", "lifter(C·ln(M·\\|X\\|²/512)), c0 = ln Σ \\|X\\|²/512",
            "psf_mfcc13.npy"),
        new("log-mel(library=psf)", "python_speech_features.logfbank(x · 32768)", "ln(M·\\|X\\|²/512)", "psf_logfbank26.npy"),
        new("butter(4, 20, rate=50, channels=9)", "scipy.signal.butter(4, 20, fs=50, output='sos'), sosfilt",
            "sections in powers of z − 1", "har_butter4_sosfilt.npy"),
        new("moving-mean(128, channels=9)", "pandas rolling(128, min_periods=1).mean()", "Σ x / n", "har_moving_mean128.npy"),
        new("moving-std(128, channels=9, ddof=1)", "pandas rolling(128, min_periods=1).std()", "√(Σ (x − mean)² / (n − 1))",
            "har_moving_std128_ddof1.npy"),
        new("window-stats(128, 64, channels=9)", "numpy sliding_window_view(x, 128)[::64], mean, std", "of whole windows",
            "har_window128_hop64_mean_std.npy"),
        new("resample(44100, 16000)", "scipy.signal.resample_poly(x, 160, 441)", "y[m] = Σ h[441·m + 4410 − 160·i]·x[i]",
            "resample_44k1_16k_poly.npy"),
        new("resample(48000, 16000)", "scipy.signal.resample_poly(x, 1, 3)", "y[m] = Σ h[3·m + 30 − i]·x[i]", "resample_48k_16k_poly.npy"),
    ];

    /// <summary>What the definition gives for a recording; null: the library's own features are in the file.</summary>
    public Func<double[], double[]>? Plain { get; private init; }

    public override string ToString() => File;

    /// <summary>Frames of so many samples with so many zeros in front.</summary>
    private static IEnumerable<double[]> Frames(double[] samples, int length, int hop, int zeros)
    {
        double[] padded = [.. new double[zeros], .. samples];
        for (var at = 0; at + length <= padded.Length; at += hop)
            yield return padded[at..(at + length)];
    }
}
