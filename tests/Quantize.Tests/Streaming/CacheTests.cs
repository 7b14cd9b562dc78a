using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Step graphs that are given keys and values of earlier steps and give them back with their own behind.</summary>
public sealed class CacheTests
{
    private const int Features = 8, Heads = 2, Size = 4;

    private readonly GraphBuilder _g = new();

    [Theory]
    [InlineData(null)]
    [InlineData(6)]
    public void One_query_sees_all_keys_so_far(int? maxContext)
    {
        string x = _g.Input("x", 1, 1, Features), past = Cache("key"), pastValue = Cache("value");
        var y = Attended(x, Grown(past, x, "key"), Grown(pastValue, x, "value"), scores => scores);
        CachedStep.Check(_g.Output(y, "y").Output("present_key").Output("present_value"), maxContext: maxContext);
    }

    [Fact]
    public void Positions_and_masks_that_follow_from_the_length_of_the_past()
    {
        string x = _g.Input("x", "batch", "sequence", Features), mask = _g.Input("attention_mask", OnnxElementType.Int64, "batch", "total");
        string past = Cache("key"), pastValue = Cache("value");
        string first = _g.Length(past, 2), last = _g.Node("Add", [first, _g.Length(x, 1)]);
        var positions = _g.Node("Range", [first, last, _g.Constant(OnnxTensor.Scalar(1L))]);
        var placed = _g.Node("Add", [x, _g.Node("Gather", [_g.Weights([32, Features]), positions], ("axis", 0L))]);
        var hidden = _g.Node("Mul",
            [_g.Node("Sub", [_g.Scalar(1), _g.Node("Cast", [_g.Unsqueeze(mask, 1, 2)], ("to", 1L))]), _g.Scalar(-1e9f)]);
        var y = Attended(placed, Grown(past, placed, "key"), Grown(pastValue, placed, "value"), scores => _g.Node("Add", [scores, hidden]));
        CachedStep.Check(_g.Output(y, "y").Output("present_key").Output("present_value"), steps: 32);
    }

    [Fact]
    public void Biases_by_the_place_of_the_key()
    {
        string x = _g.Input("x", 1, 1, Features), past = Cache("key"), pastValue = Cache("value");
        var keys = Grown(past, x, "key");
        var slopes = _g.Constant(OnnxTensor.FromFloats([0.5f, 0.125f], 1, Heads, 1, 1));
        var bias = _g.Node("Mul", [_g.Node("Cast", [_g.Positions(keys, 2)], ("to", 1L)), slopes]);
        var y = Attended(x, keys, Grown(pastValue, x, "value"), scores => _g.Node("Add", [scores, bias]));
        CachedStep.Check(_g.Output(y, "y").Output("present_key").Output("present_value"), maxContext: 8);
    }

    [Fact]
    public void Rotations_of_the_position_have_a_row_a_step()
    {
        string x = _g.Input("x", 1, 1, Features), past = Cache("key"), pastValue = Cache("value");
        var angle = _g.Node("Mul",
            [_g.Node("Cast", [_g.Length(past, 2)], ("to", 1L)), _g.Constant(OnnxTensor.FromFloats([1, 0.1f, 1, 0.1f], 4))]);
        var turned = Rotated(_g.SplitHeads(_g.Linear(x, Features, Features), Heads, Size), angle);
        var keys = _g.Node("Concat", [past, turned], ("axis", 2L));
        var query = Rotated(_g.SplitHeads(_g.Linear(x, Features, Features), Heads, Size), angle);
        var attended = _g.Attend(query, keys, Grown(pastValue, x, "value"), Size, scores => scores);
        CachedStep.Check(_g.Output(_g.MergeHeads(attended, Features), "y").Output(keys, "present_key").Output("present_value"));
    }

    [Fact]
    public void Keys_and_values_of_all_layers_in_one_tensor()
    {
        string x = _g.Input("x", 1, 1, Features), past = _g.Input("past_kv", 2, 1, Heads, "length", Size);
        string Part(long index) => _g.Node("Gather", [past, _g.Constant(OnnxTensor.Scalar(index))], ("axis", 0L));
        string keys = _g.Node("Concat", [Part(0), NewHeads(x)], ("axis", 2L)),
            values = _g.Node("Concat", [Part(1), NewHeads(x)], ("axis", 2L));
        var present = _g.Node("Concat", [_g.Unsqueeze(keys, 0), _g.Unsqueeze(values, 0)], ("axis", 0L));
        CachedStep.Check(_g.Output(Attended(x, keys, values, scores => scores), "y").Output(present, "present_kv"));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 3)]
    public void Standard_attention_with_past_and_present(int keyHeads, float softcap)
    {
        var g = new GraphBuilder(opset: 23);
        var x = g.Input("x", 1, 1, Features);
        string past = g.Input("past_key", 1, keyHeads, "length", Size), pastValue = g.Input("past_value", 1, keyHeads, "length", Size);
        string k = g.Linear(x, Features, keyHeads * Size), v = g.Linear(x, Features, keyHeads * Size);
        var y = g.Node("Attention", [x, k, v, "", past, pastValue], 3,
            ("q_num_heads", (long)Heads), ("kv_num_heads", (long)keyHeads), ("softcap", softcap));
        CachedStep.Check(g.Output(y[0], "y").Output(y[1], "present_key").Output(y[2], "present_value"));
    }

    [Fact]
    public void Multi_head_attention_with_past_and_present()
    {
        _g.Domain("com.microsoft", 1);
        var x = _g.Input("x", 1, 1, Features);
        var y = _g.Node("com.microsoft::MultiHeadAttention",
            [x, _g.Linear(x, Features, Features), _g.Linear(x, Features, Features), "", "", "", Cache("key"), Cache("value")], 3,
                ("num_heads", (long)Heads));
        CachedStep.Check(_g.Output(y[0], "y").Output(y[1], "present_key").Output(y[2], "present_value"));
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(1, 5)]
    public void Group_query_attention_with_past_and_present(long rotary, long window)
    {
        const int size = 16;
        _g.Domain("com.microsoft", 1);
        string x = _g.Input("x", 1, 1, Heads * size), past = _g.Input("past_key", 1, 1, "length", size),
            pastValue = _g.Input("past_value", 1, 1, "length", size);
        string last = _g.Input("seqlens_k", OnnxElementType.Int32, 1), total = _g.Input("total_sequence_length", OnnxElementType.Int32);
        string[] tables = rotary == 0 ? [] : [_g.Weights([64, size / 2]), _g.Weights([64, size / 2])];
        var y = _g.Node("com.microsoft::GroupQueryAttention",
            [x, _g.Linear(x, Heads * size, size), _g.Linear(x, Heads * size, size), past, pastValue, last, total, .. tables], 3,
            ("num_heads", (long)Heads), ("kv_num_heads", 1L), ("do_rotary", rotary), ("local_window_size", window));
        CachedStep.Check(_g.Output(y[0], "y").Output(y[1], "present_key").Output(y[2], "present_value"));
    }

    [Fact]
    public void Another_use_of_what_earlier_steps_left_is_refused()
    {
        string x = _g.Input("x", 1, 1, Features), past = Cache("key");
        var mean = _g.Node("ReduceSum", [past, _g.Ints(2)]);
        var y = _g.Node("Add", [x, _g.MergeHeads(mean, Features)]);
        Grown(past, x, "key");

        var error = Streamed.Refused(_g.Output(y, "y").Output("present_key"));

        Assert.Equal(ErrorCodes.NodeUnsupported, error.Code);
        Assert.Contains("'ReduceSum_", error.Message, StringComparison.Ordinal);
    }

    private string Cache(string name) => _g.Input($"past_{name}", 1, Heads, "length", Size);

    private string NewHeads(string x) => _g.SplitHeads(_g.Linear(x, Features, Features), Heads, Size);

    /// <summary>The cache with this step's heads behind it, which is also an output.</summary>
    private string Grown(string past, string x, string name)
    {
        _g.Node("Concat", [past, NewHeads(x)], ("axis", 2L));
        return _g.Build().Nodes[^1].Outputs[0] = $"present_{name}";
    }

    private string Attended(string x, string keys, string values, Func<string, string> mask) =>
        _g.Linear(_g.MergeHeads(_g.Attend(NewHeads(x), keys, values, Size, mask), Features), Features, Features);

    private string Rotated(string x, string angle)
    {
        var other = _g.Node("Concat", [_g.Node("Neg", [_g.Slice(x, 3, 2, 4)]), _g.Slice(x, 3, 0, 2)], ("axis", 3L));
        return _g.Node("Add", [_g.Node("Mul", [x, _g.Node("Cos", [angle])]), _g.Node("Mul", [other, _g.Node("Sin", [angle])])]);
    }
}
