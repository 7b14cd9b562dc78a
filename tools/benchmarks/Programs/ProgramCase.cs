using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Benchmarks.Programs;

/// <summary>A model that is converted and timed as a whole, with ONNX Runtime beside it.</summary>
/// <param name="Onnx">The file, below the folder given.</param>
/// <param name="Step">The published model of one step; null: the one that the converter writes with --emit-onnx.</param>
/// <param name="Window">The model on a whole window; null where the model itself is one step.</param>
internal sealed record ProgramCase(string Onnx, OrtCall? Step, OrtCall? Window)
{
    private const string Lstm = "models/har_lstm.onnx";
    private const string Gru = "models/har_gru.onnx";
    private const string Rnn = "models/har_rnn.onnx";
    private const string Attention = "models/har_attn.onnx";
    private const string ConvolutionLstm = "models/har_cnn_lstm.onnx";
    private const string Silero = "real/silero_vad_16k_op15.onnx";

    /// <summary>Not below the folder: the command writes it.</summary>
    public static readonly string Separable = Path.Combine(Path.GetTempPath(), "separable_tcn.onnx");

    public static IReadOnlyList<ProgramCase> All { get; } =
    [
        new(Lstm,
            OrtCall.Step("models/har_lstm_stateful.onnx", ("x", OrtCall.Floats(1, 1, 9)), ("h0", OrtCall.Floats(2, 1, 64)),
                ("c0", OrtCall.Floats(2, 1, 64))),
            OrtCall.Window(Lstm, "input", 1, -1, 9)),
        new(Gru, null, OrtCall.Window(Gru, "x", -1, 1, 9)),
        new(Rnn, null, OrtCall.Window(Rnn, "input", 1, -1, 9)),
        new(Attention, null, OrtCall.Window(Attention, "input", 1, -1, 9)),
        new(ConvolutionLstm, null, OrtCall.Window(ConvolutionLstm, "input", 1, 9, -1)),
        new(Separable, null, OrtCall.Window(Separable, "x", 1, 40, -1)),
        new(Silero,
            OrtCall.Step(Silero, ("input", OrtCall.Floats(1, 576)), ("state", OrtCall.Floats(2, 1, 128)),
                ("sr", OnnxTensor.Scalar(16000L))),
            null)
        {
            Options = new ConvertOptions { Set = new Dictionary<string, string> { ["sr"] = "16000" } },
        },
    ];

    public ConvertOptions Options { get; private init; } = new();
}
