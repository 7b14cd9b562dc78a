using EdgeSeq.Benchmarks.Ort;
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

    private static readonly string Separable = Temporary("separable_tcn");
    private static readonly string EegNetwork = Temporary("eeg_cnn_bilstm");
    private static readonly string RawAudioNetwork = Temporary("raw_audio_tcn");
    private static readonly string Upsampler = Temporary("conv_transpose_128_64");

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
        WindowOf("models/har_bilstm.onnx", "input", 128, 32, 1, -1, 9),
        WindowOf("models/har_attn_mha.onnx", "sensor", 128, 32, 1, -1, 9),
        WindowOf(ConvolutionLstm, "input", 128, 32, 1, 9, -1),
        WindowOf("cases/window_keras_bilstm.onnx", "x", 200, 200, 1, -1, 1),
        WindowOf("real/keras_bilstm_ecg.onnx", "bidirectional_input", 1000, 1000, 1, -1, 1),
        WindowOf("chains/wake_embedding.onnx", "input_1", 76, 8, 1, -1, 32, 1),
        WindowOf("chains/wake_melspectrogram.onnx", "input", 1760, 1280, 1, -1),
        WindowOf(EegNetwork, "x", 3000, 3000, 1, 1, -1),
        WindowOf(RawAudioNetwork, "x", 4000, 4000, 1, 1, -1),
        WindowOf(Upsampler, "x", 312, 312, 1, 128, -1),
    ];

    /// <summary>Models that the command writes itself.</summary>
    public static IReadOnlyDictionary<string, Func<OnnxGraph>> Made { get; } = new Dictionary<string, Func<OnnxGraph>>
    {
        [Separable] = SeparableGraph.Of,
        [EegNetwork] = WindowGraphs.Eeg,
        [RawAudioNetwork] = WindowGraphs.RawAudio,
        [Upsampler] = WindowGraphs.Upsampler,
    };

    public ConvertOptions Options { get; private init; } = new();

    /// <summary>Whether the program runs the whole graph on its last inputs, and a call of either is such a run.</summary>
    public bool IsWindow => Options.Mode == ConvertMode.Window;

    /// <summary>Steps of the program in a call of it.</summary>
    public int StepsOfCall => IsWindow ? Options.Hop ?? 1 : 1;

    /// <param name="onnx">The model.</param>
    /// <param name="input">Its input.</param>
    /// <param name="window">Elements of the input's time axis.</param>
    /// <param name="hop">New ones at each run.</param>
    /// <param name="shape">Of the input, with −1 for the time.</param>
    private static ProgramCase WindowOf(string onnx, string input, int window, int hop, params long[] shape) =>
        new(onnx, null, OrtCall.Step(onnx, (input, OrtCall.Floats([.. shape.Select(dim => dim < 0 ? window : dim)]))))
        {
            Options = new ConvertOptions { Mode = ConvertMode.Window, Window = window, Hop = hop },
        };

    private static string Temporary(string name) => Path.Combine(Path.GetTempPath(), $"{name}.onnx");
}
