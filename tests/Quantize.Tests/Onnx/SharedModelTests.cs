using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Onnx;

public sealed class SharedModelTests
{
    public static TheoryData<string> Models =>
    [
        "models/har_attn", "models/har_attn_mha", "models/har_bilstm", "models/har_cnn_lstm", "models/har_gru", "models/har_lstm",
        "models/har_lstm_qdq", "models/har_lstm_stateful", "models/har_rnn", "models/nab_gru", "models/text_lstm",
        "real/dtln_1", "real/silero_vad_16k_op15",
    ];

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Read_and_written_again_a_model_gives_the_same_outputs(string name)
    {
        var path = Shared.Path($"{name}.onnx");
        using var original = OrtSession.Open(path, optimized: false);
        using var rewritten = OrtSession.Open(OnnxModel.Load(path).Graph, optimized: false);
        var inputs = ReferenceInputs.Of(name);

        TensorAssert.Equal(original.Run(inputs), rewritten.Run(inputs));
    }
}
