using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Streaming;

namespace EdgeSeq.Aot.Tests.Programs;

/// <summary>A model of models/, or a front end, and how it is converted.</summary>
/// <param name="Model">The ONNX file below models/, without extension; a front end's name.</param>
/// <param name="IsCalibrated">Activations have scales measured on the recording, instead of one for each vector as it comes.</param>
internal sealed record ReferenceProgram(string Model, ConvertOptions Options, bool IsCalibrated = false)
{
    public static IReadOnlyList<ReferenceProgram> All { get; } =
    [
        new("activity/activity", new ConvertOptions()),
        new("reference/har_rnn", new ConvertOptions()),
        new("reference/har_gru", new ConvertOptions()),
        new("reference/har_lstm", new ConvertOptions()),
        new("reference/har_cnn_lstm", new ConvertOptions()),
        new("reference/har_attn", new ConvertOptions()),
        // A sliding context, so that the rings of keys and values are overwritten many times.
        new("reference/har_attn_mha", new ConvertOptions { MaxContext = 24, Positions = PositionPolicy.Wrap }),
        new("reference/nab_gru", new ConvertOptions()),
        new("reference/separable_tcn", new ConvertOptions()),
        new("reference/har_lstm", new ConvertOptions(), IsCalibrated: true),
        new("reference/har_gru", new ConvertOptions { MinSqnrDb = 28 }, IsCalibrated: true),
        // Between what 8 and what 16 bits of activations give.
        new("reference/wide_gru", new ConvertOptions { MinSqnrDb = 51 }),
        new("reference/har_lstm", new ConvertOptions { Precision = ConvertPrecision.F32 }),
        new("reference/har_cnn_lstm", new ConvertOptions { Precision = ConvertPrecision.F32 }),
        new("reference/har_attn", new ConvertOptions { Precision = ConvertPrecision.F32 }),
        new("reference/separable_tcn", new ConvertOptions { Precision = ConvertPrecision.F32 }),
        // Transforms of 400 and, both ways, of 512 samples; bands, logarithms, cosines.
        new("features", FrontEnd("mfcc(library=torchaudio, n_fft=400, hop=160, mels=40, coefficients=13)", chunk: 160)),
        new("enhancer", FrontEnd("istft(n_fft=512, hop=128)", chunk: 128)),
    ];

    public string Name =>
        $"{Path.GetFileName(Model)}.{(Options.Precision == ConvertPrecision.F32 ? "f32" : IsCalibrated ? "calibrated" : "int8")}";

    /// <summary>The bytes of the .eseq file.</summary>
    /// <param name="calibration">A .npy file of a recording; used where the program is calibrated.</param>
    public byte[] Convert(string? calibration = null)
    {
        if (Options.FrontEnd is not null)
            return Converter.ConvertFrontEnd(Options).Program;

        var options = IsCalibrated && calibration is not null ? Options with { Calibrate = new RecordingSet(calibration) } : Options;
        return Converter.Convert(Path.Combine(Repository.Root, "models", $"{Model}.onnx"), options).Program;
    }

    private static ConvertOptions FrontEnd(string call, int chunk) =>
        new() { Precision = ConvertPrecision.F32, FrontEnd = call, Chunk = chunk };
}
