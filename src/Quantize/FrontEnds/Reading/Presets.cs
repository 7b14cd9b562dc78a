using EdgeSeq.Quantize.FrontEnds.Stages;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>Front ends of published models by one word.</summary>
internal static class Presets
{
    public static IReadOnlyList<FrontEndDefinition> All { get; } =
    [
        Of("whisper", "log-mel(library=whisper)", "transformers WhisperFeatureExtractor without the clamp at the maximum less 8"),
        Of("kaldi-fbank80", "log-mel(library=kaldi, mels=80)",
            "torchaudio.compliance.kaldi.fbank, kaldi-native-fbank (WeNet, icefall): 80 bands, dither 0"),
        Of("microwakeword", "microfrontend(output_scale=0.0390625)", "pymicro-features, microWakeWord"),
        Of("yamnet", "log-mel(library=tensorflow, win=400, hop=160, n_fft=512, mels=64, fmin=125, fmax=7500, log_offset=0.001)",
            "YAMNet and VGGish: 64 bands of the magnitude, ln(S + 0.001)"),
        Of("speech-commands", "mfcc(library=tensorflow-op, win=640, hop=320, coefficients=10)",
            "AudioSpectrogram and Mfcc ops, 40 ms every 20 ms, 10 coefficients (ML-KWS-for-MCU)"),
        new("silero", 0, "512 new samples behind 64 of the chunk before, [576]", (_, _) => [new WindowStage(576, 512, 64)]),
        Of("dtln", "stft(window=rectangular, n_fft=512, hop=128, lead=384)", "|rfft| of the last 512 samples every 128"),
    ];

    private static FrontEndDefinition Of(string name, string meaning, string call) =>
        new(name, 0, $"{call}: `{meaning}`", (_, context) =>
        {
            var inner = CallText.Parse(meaning);
            var definition = FrontEndCatalog.Find(inner.Name);
            var stages = definition.Create(inner, context).ToArray();
            inner.Finish(definition.Places);
            return stages;
        });
}
