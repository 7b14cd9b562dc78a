using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Reference;

/// <summary>float32 programs of the shared models against the outputs that PyTorch and ONNX Runtime gave for the originals.</summary>
public class ReferenceVectorTests
{
    private const float Tolerance = 1e-4f;

    private static readonly ConvertOptions Float = new() { Precision = ConvertPrecision.F32 };

    [SharedTheory]
    [InlineData("har_rnn")]
    [InlineData("har_gru")]
    [InlineData("har_lstm")]
    [InlineData("har_cnn_lstm")]
    [InlineData("har_attn")]
    [InlineData("har_attn_mha")]
    public void Every_prefix_gives_what_the_model_gives_on_it(string name)
    {
        var vectors = new ReferenceVectors(name);
        using var streamed = new StreamedModel(vectors.OnnxPath, Float);
        foreach (var (recording, expected) in vectors.Inputs().Zip(vectors.Recordings("steps")))
        {
            AssertClose(expected, Flat(streamed.Stream(recording)));
        }
    }

    [SharedFact]
    public void A_step_graph_keeps_its_state_between_steps()
    {
        var vectors = new ReferenceVectors("har_lstm_stateful");
        using var streamed = new StreamedModel(vectors.OnnxPath, Float);
        foreach (var (recording, expected) in vectors.Recordings("seq_in").Zip(vectors.Recordings("steps")))
        {
            AssertClose(expected, Flat(streamed.Stream(recording)));
        }
    }

    [SharedTheory]
    [InlineData("har_rnn")]
    [InlineData("har_gru")]
    [InlineData("har_lstm")]
    [InlineData("har_cnn_lstm")]
    public void A_long_stream_does_not_drift(string name)
    {
        var vectors = new ReferenceVectors(name);
        using var streamed = new StreamedModel(vectors.OnnxPath, Float);
        AssertClose(vectors.Whole("stream"), Flat(streamed.Stream(vectors.ActivityStream(4096))));
    }

    [SharedTheory]
    [InlineData("har_bilstm", "har_bilstm")]
    [InlineData("har_attn", "har_attn")]
    public void A_window_gives_what_the_model_gives_on_it(string name, string expected)
    {
        var vectors = new ReferenceVectors(name);
        using var streamed = new StreamedModel(vectors.OnnxPath, Float with { Mode = ConvertMode.Window, Window = 128, Hop = 32 });
        AssertClose(new ReferenceVectors(expected).Whole("stream_win128_hop32"), Flat(streamed.Stream(vectors.ActivityStream(4096))));
    }

    [SharedFact]
    public void A_bidirectional_layer_is_refused_with_its_name_and_the_window_alternative()
    {
        var refused = Assert.Throws<EdgeSeq.Runtime.Errors.EdgeSeqException>(() =>
            Converter.Convert(Shared.Path("models/har_bilstm.onnx"), Float));
        Assert.Equal(4, (int)refused.ExitCode);
        Assert.Contains("'/r/LSTM' (LSTM)", refused.Message);
        Assert.Contains("--mode window", refused.Hint);
    }

    [SharedFact]
    public void A_forecast_follows_the_model_over_the_recording()
    {
        var vectors = new ReferenceVectors("nab_gru");
        using var streamed = new StreamedModel(vectors.OnnxPath, Float);
        AssertClose(vectors.Whole("out"), Flat(streamed.Stream(vectors.Inputs()[0])));
    }

    [SharedFact]
    public void Text_gives_its_probabilities_word_by_word()
    {
        var vectors = new ReferenceVectors("text_lstm");
        using var streamed = new StreamedModel(vectors.OnnxPath, Float);
        foreach (var (ids, expected, last) in vectors.Inputs().Zip(vectors.Recordings("out"), vectors.Recordings("out.probs_last")))
        {
            AssertClose(expected, Flat(streamed.Stream(ids, "probs_seq")));
            AssertClose(last, streamed.Stream(ids, "probs_last")[^1]);
        }
    }

    /// <summary>
    /// The reference rounds activations in another order of float operations, so single rounding steps may differ; the model's own
    /// description puts ONNX Runtime 4.9e-3 from it.
    /// </summary>
    [SharedFact]
    public void Quantised_activations_follow_onnx_runtime()
    {
        var vectors = new ReferenceVectors("har_lstm_qdq");
        using var streamed = new StreamedModel(vectors.OnnxPath, Float);
        using var oracle = OrtSession.Open(vectors.OnnxPath);
        foreach (var recording in vectors.Inputs())
        {
            var expected = oracle.Run(
                new Dictionary<string, OnnxTensor> { [oracle.Inputs[0]] = OnnxTensor.FromFloats(recording, 1, recording.Length / 9, 9) });
            AssertClose(expected[oracle.Outputs[0]].ToFloats(), streamed.Stream(recording)[^1], 5e-3f);
        }
    }

    private static float[] Flat(List<float[]> outputs) => [.. outputs.SelectMany(output => output)];

    private static void AssertClose(float[] expected, float[] actual, float tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= tolerance, $"differs by {worst:g3}");
    }
}
