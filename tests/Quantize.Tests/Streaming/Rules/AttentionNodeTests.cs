using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming.Rules;

public sealed class AttentionNodeTests
{
    private const int Features = 8, Heads = 4, Size = 2;

    [Fact]
    public void Multi_head_attention_with_bias()
    {
        var g = new GraphBuilder().Domain("com.microsoft", 1);
        var x = g.Input("x", 1, "time", Features);
        var y = g.Node("com.microsoft::MultiHeadAttention",
            [g.Linear(x, Features, Features), g.Linear(x, Features, Features), x, g.Weights([3 * Features])],
            ("num_heads", (long)Heads), ("unidirectional", 1L));
        Streamed.Check(g.Output(y)).Dispose();
    }

    [Fact]
    public void Multi_head_attention_with_a_mask_on_the_scores()
    {
        var g = new GraphBuilder().Domain("com.microsoft", 1);
        var x = g.Input("x", 1, "time", Features);
        var mask = g.Unsqueeze(g.TriluMask(x), 0, 1);
        var y = g.Node("com.microsoft::MultiHeadAttention", [x, g.Linear(x, Features, Features), x, "", "", mask],
            ("num_heads", (long)Heads), ("scale", 0.3f));
        Streamed.Check(g.Output(y)).Dispose();
    }

    [Fact]
    public void Attention_of_one_packed_projection()
    {
        var g = new GraphBuilder().Domain("com.microsoft", 1);
        var x = g.Input("x", 1, "time", Features);
        var y = g.Node("com.microsoft::Attention", [x, g.Weights([Features, 3 * Features]), g.Weights([3 * Features])],
            ("num_heads", (long)Heads), ("unidirectional", 1L));
        Streamed.Check(g.Output(y)).Dispose();
    }

    [Fact]
    public void Attention_of_one_packed_projection_whose_values_are_wider()
    {
        var g = new GraphBuilder().Domain("com.microsoft", 1);
        var x = g.Input("x", 1, "time", Features);
        var y = g.Node("com.microsoft::Attention", [x, g.Weights([Features, 32]), g.Weights([32])],
            ("num_heads", (long)Heads), ("unidirectional", 1L), ("qkv_hidden_sizes", (long[])[8, 8, 16]));
        Streamed.Check(g.Output(y)).Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Embeddings_and_attention_of_ids_that_count(bool lengths)
    {
        var g = new GraphBuilder().Domain("com.microsoft", 1);
        string Ids(string name) => g.Input(name, OnnxElementType.Int32, 1, "time");
        string ids = Ids("ids"), mask = Ids("mask");
        var embedded = g.Node("com.microsoft::EmbedLayerNormalization", [ids, Ids("segments"), g.Weights([8, Features]),
            g.Weights([12, Features]), g.Weights([8, Features]), g.Weights([Features]), g.Weights([Features]), mask], 2,
            ("epsilon", 1e-5f));
        var y = g.Node("com.microsoft::Attention",
            [embedded[0], g.Weights([Features, 3 * Features]), g.Weights([3 * Features]), lengths ? embedded[1] : mask],
            ("num_heads", (long)Heads));
        Streamed.CheckWindows(g.Output(y), window: 6, hop: 2);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public void Standard_attention_to_the_keys_that_are_no_padding(int keyHeads)
    {
        var g = new GraphBuilder(opset: 24);
        var x = g.Input("x", 1, "time", Features);
        string k = g.Linear(x, Features, keyHeads * Size), v = g.Linear(x, Features, keyHeads * Size);
        var y = g.Node("Attention", [x, k, v, "", "", "", g.Ints(4)], ("q_num_heads", (long)Heads), ("kv_num_heads", (long)keyHeads));
        Streamed.CheckWindows(g.Output(y), window: 6, hop: 2);
    }

    [Theory]
    [InlineData(4, 6)]
    [InlineData(2, 5)]
    [InlineData(2, 4)]
    public void Standard_attention_whose_last_query_stands_at_the_last_key_that_counts(int keyHeads, long counts)
    {
        const int Queries = 3, Keys = 6;
        var g = new GraphBuilder(opset: 24);
        string q = g.Input("q", 1, Heads, Queries, Size), k = g.Input("k", 1, keyHeads, Keys, Size),
            v = g.Input("v", 1, keyHeads, Keys, Size);
        OneStep.Check(g.Output(g.Node("Attention", [q, k, v, "", "", "", g.Ints(counts)], ("is_causal", 1L))));
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    public void Scores_of_standard_attention(int keyHeads, long stage)
    {
        var g = new GraphBuilder(opset: 23);
        string q = g.Input("q", 1, Heads, 3, Size), k = g.Input("k", 1, keyHeads, 5, Size), v = g.Input("v", 1, keyHeads, 5, Size);
        var outputs = g.Node("Attention", [q, k, v, g.Weights([3, 5])], 4, ("softcap", 0.8f), ("qk_matmul_output_mode", stage));
        OneStep.Check(g.Output(outputs[3]).Output(g.Node("Relu", [outputs[0]])));
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(2, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Standard_attention(int keyHeads, bool causal)
    {
        var g = new GraphBuilder(opset: 23);
        var x = g.Input("x", 1, "time", Features);
        string k = g.Linear(x, Features, keyHeads * Size), v = g.Linear(x, Features, keyHeads * Size);
        string[] inputs = causal ? [x, k, v] : [x, k, v, g.RangeMask(x)];
        var y = g.Node("Attention", inputs, ("q_num_heads", (long)Heads), ("kv_num_heads", (long)keyHeads),
            ("is_causal", causal ? 1L : 0L));
        Streamed.Check(g.Output(y)).Dispose();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    public void Standard_attention_of_four_axes(int keyHeads)
    {
        var g = new GraphBuilder(opset: 23);
        var x = g.Input("x", 1, "time", Features);
        string q = g.SplitHeads(x, Heads, Size), k = g.SplitHeads(g.Linear(x, Features, keyHeads * Size), keyHeads, Size),
            v = g.SplitHeads(g.Linear(x, Features, keyHeads * Size), keyHeads, Size);
        Streamed.Check(g.Output(g.Node("Attention", [q, k, v], ("is_causal", 1L), ("scale", 0.4f)))).Dispose();
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(1, -1)]
    [InlineData(1, 5)]
    public void Group_query_attention(int rotary, int window)
    {
        const int Wide = 64, WideSize = 16, KeyHeads = 2;
        var g = new GraphBuilder().Domain("com.microsoft", 1);
        var x = g.Input("x", 1, "time", Wide);
        string k = g.Linear(x, Wide, KeyHeads * WideSize), v = g.Linear(x, Wide, KeyHeads * WideSize);
        var length = g.Node("Cast", [g.Length(x, 1)], ("to", 6L));
        var last = g.Node("Sub", [g.Unsqueeze(length, 0), g.Constant(OnnxTensor.FromInts([1], 1).Cast(OnnxElementType.Int32))]);
        var y = g.Node("com.microsoft::GroupQueryAttention",
            [x, k, v, "", "", last, length, g.Weights([64, WideSize / 2]), g.Weights([64, WideSize / 2])], 3,
            ("num_heads", 4L), ("kv_num_heads", (long)KeyHeads), ("do_rotary", (long)rotary), ("local_window_size", (long)window));
        Streamed.Check(g.Output(y[0])).Dispose();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 2)]
    public void Rotary_embedding(int interleaved, int rotated)
    {
        var g = new GraphBuilder(opset: 23);
        var x = g.Input("x", 1, "time", 8);
        var half = rotated == 0 ? 2 : rotated / 2;
        var positions = g.Unsqueeze(g.Positions(x, 1), 0);
        var y = g.Node("RotaryEmbedding", [x, g.Weights([40, half]), g.Weights([40, half]), positions],
            ("num_heads", 2L), ("interleaved", (long)interleaved), ("rotary_embedding_dim", (long)rotated));
        Streamed.Check(g.Output(y)).Dispose();
    }

    [Fact]
    public void Rotary_embedding_of_the_microsoft_domain()
    {
        var g = new GraphBuilder().Domain("com.microsoft", 1);
        var x = g.Input("x", 1, "time", 8);
        var y = g.Node("com.microsoft::RotaryEmbedding", [x, g.Ints(0), g.Weights([40, 2]), g.Weights([40, 2])], ("num_heads", 2L));
        Streamed.Check(g.Output(y)).Dispose();
    }
}
