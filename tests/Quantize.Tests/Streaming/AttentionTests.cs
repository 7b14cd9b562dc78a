using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

public sealed class AttentionTests
{
    private const int Features = 8, Heads = 2, Size = Features / Heads;
    private readonly GraphBuilder _g = new();
    private readonly string _x;

    public AttentionTests() => _x = _g.Input("x", "batch", "time", Features);

    [Fact]
    public void Mask_by_trilu() => CheckMask(scores => _g.Causal(_x, scores));

    [Fact]
    public void Mask_by_comparing_ranges() => CheckMask(scores => _g.Where(_g.RangeMask(_x), scores));

    [Fact]
    public void Mask_by_a_finite_number() => CheckMask(scores => _g.Node("Where", [_g.RangeMask(_x), scores, _g.Scalar(-1e9f)]));

    [Fact]
    public void Mask_that_hides_where_true() =>
        CheckMask(scores => _g.Node("Where", [_g.Node("Not", [_g.RangeMask(_x)]), _g.Scalar(float.NegativeInfinity), scores]));

    [Fact]
    public void Mask_added_as_a_select_of_zero_and_minus_infinity() =>
        CheckMask(scores =>
        _g.Node("Add", [scores, _g.Node("Where", [_g.RangeMask(_x), _g.Scalar(0), _g.Scalar(float.NegativeInfinity)])]));

    [Fact]
    public void Mask_as_a_product_with_a_large_number() =>
        CheckMask(scores =>
        _g.Node("Sub", [scores, _g.Node("Mul", [_g.Node("Cast", [_g.Node("Not", [_g.RangeMask(_x)])], ("to", 1L)), _g.Scalar(1e9f)])]));

    [Fact]
    public void Scores_capped_softly() =>
        CheckMask(scores => _g.Causal(_x, _g.Node("Mul", [_g.Node("Tanh", [_g.Node("Div", [scores, _g.Scalar(2)])]), _g.Scalar(2)])));

    [Fact]
    public void A_factor_for_each_head() => CheckMask(scores => _g.Causal(_x, _g.Node("Mul", [scores, _g.Weights([Heads, 1, 1], 2)])));

    [Fact]
    public void Mask_stored_for_a_longest_input()
    {
        var stored = _g.Constant(
            OnnxTensor.FromFloats([.. Enumerable.Range(0, 24 * 24).Select(i => i % 24 <= i / 24 ? 0 : float.NegativeInfinity)], 24, 24));
        var length = _g.Unsqueeze(_g.Length(_x, 1), 0);
        var rows = _g.Node("Slice", [stored, _g.Ints(0), length, _g.Ints(0)]);
        using var streamed = CheckMask(scores => _g.Node("Add", [scores, _g.Node("Slice", [rows, _g.Ints(0), length, _g.Ints(1)])]),
            steps: 24);
        Assert.Equal(24, streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void Window_of_the_last_keys()
    {
        using var streamed = CheckMask(scores => _g.Where(_g.RangeMask(_x, window: 5), scores));
        Assert.Null(streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void Scale_on_the_query_and_on_the_key()
    {
        var q = _g.Node("Mul", [_g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size), _g.Scalar(0.7f)]);
        var k = _g.Node("Mul", [_g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size), _g.Scalar(0.7f)]);
        var v = _g.SplitHeads(_x, Heads, Size);
        Streamed.Check(_g.Output(_g.MergeHeads(_g.Attend(q, k, v, Size, scores => _g.Causal(_x, scores)), Features))).Dispose();
    }

    [Fact]
    public void Scores_divided() =>
        CheckMask(scores => _g.Causal(_x, _g.Node("Div", [scores, _g.Scalar(1.7f)])));

    [Fact]
    public void Learned_positions_bound_the_stream()
    {
        var table = _g.Weights([32, Features]);
        var rows = _g.Node("Gather", [table, _g.Positions(_x, 1)]);
        using var streamed = Block(_g.Node("Add", [_x, rows]));
        Assert.Equal(32, streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void Learned_positions_by_slice()
    {
        var rows = _g.Node("Slice", [_g.Weights([1, 32, Features]), _g.Ints(0), _g.Unsqueeze(_g.Length(_x, 1), 0), _g.Ints(1)]);
        Block(_g.Node("Add", [_x, rows])).Dispose();
    }

    [Theory]
    [InlineData(PositionPolicy.Clamp)]
    [InlineData(PositionPolicy.Wrap)]
    public void Positions_past_the_end_may_go_on(PositionPolicy policy)
    {
        var rows = _g.Node("Slice", [_g.Weights([1, 32, Features]), _g.Ints(0), _g.Unsqueeze(_g.Length(_x, 1), 0), _g.Ints(1)]);
        _g.Output(_g.Linear(_g.Node("Add", [_x, rows]), Features, 2));
        using var streamed = Streamed.Check(_g, steps: 32, options: new ConvertOptions { Positions = policy });
        Assert.Null(streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void Sinusoidal_positions_computed_by_the_graph()
    {
        var t = _g.Unsqueeze(_g.Node("Cast", [_g.Positions(_x, 1)], ("to", 1L)), 1);
        var angles = _g.Node("Mul", [t, _g.Constant(OnnxTensor.FromFloats([1, 0.3f, 0.1f, 0.03f], 1, 4))]);
        var table = _g.Node("Concat", [_g.Node("Sin", [angles]), _g.Node("Cos", [angles])], ("axis", 1L));
        Block(_g.Node("Add", [_x, table])).Dispose();
    }

    [Fact]
    public void Rotary_positions()
    {
        var t = _g.Unsqueeze(_g.Node("Cast", [_g.Positions(_x, 1)], ("to", 1L)), 1);
        var half = _g.Node("Mul", [t, _g.Constant(OnnxTensor.FromFloats([1, 0.2f], 1, 2))]);
        var angles = _g.Node("Concat", [half, half], ("axis", 1L));
        string cos = _g.Node("Cos", [angles]), sin = _g.Node("Sin", [angles]);
        string Rotate(string v)
        {
            var turned = _g.Node("Concat", [_g.Node("Neg", [_g.Slice(v, 3, 2, 4)]), _g.Slice(v, 3, 0, 2)], ("axis", 3L));
            return _g.Node("Add", [_g.Node("Mul", [v, cos]), _g.Node("Mul", [turned, sin])]);
        }

        var q = Rotate(_g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size));
        var k = Rotate(_g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size));
        var v = _g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size);
        Streamed.Check(_g.Output(_g.MergeHeads(_g.Attend(q, k, v, Size, scores => _g.Causal(_x, scores)), Features))).Dispose();
    }

    [Fact]
    public void Rotary_positions_of_neighbouring_pairs()
    {
        var t = _g.Unsqueeze(_g.Node("Cast", [_g.Positions(_x, 1)], ("to", 1L)), 1);
        var angles = _g.Node("Mul", [t, _g.Constant(OnnxTensor.FromFloats([1, 0.2f], 1, 2))]);
        string cos = _g.Node("Cos", [angles]), sin = _g.Node("Sin", [angles]);
        string Rotate(string v)
        {
            string even = _g.Slice(v, 3, 0, int.MaxValue, 2), odd = _g.Slice(v, 3, 1, int.MaxValue, 2);
            var a = _g.Node("Sub", [_g.Node("Mul", [even, cos]), _g.Node("Mul", [odd, sin])]);
            var b = _g.Node("Add", [_g.Node("Mul", [even, sin]), _g.Node("Mul", [odd, cos])]);
            return _g.Reshape(_g.Node("Concat", [_g.Unsqueeze(a, -1), _g.Unsqueeze(b, -1)], ("axis", -1L)), 1, Heads, -1, Size);
        }

        string q = Rotate(_g.SplitHeads(_x, Heads, Size)), k = Rotate(_g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size));
        Streamed.Check(_g.Output(_g.MergeHeads(_g.Attend(q, k, _g.SplitHeads(_x, Heads, Size), Size, scores => _g.Causal(_x, scores)),
            Features))).Dispose();
    }

    [Fact]
    public void Alibi_bias_by_distance()
    {
        var t = _g.Node("Cast", [_g.Positions(_x, 1)], ("to", 1L));
        var distance = _g.Node("Sub", [_g.Unsqueeze(t, 0), _g.Unsqueeze(t, 1)]);
        var bias = _g.Node("Mul", [_g.Constant(OnnxTensor.FromFloats([0.5f, 0.25f], Heads, 1, 1)), distance]);
        CheckMask(scores => _g.Causal(_x, _g.Node("Add", [scores, bias])));
    }

    [Fact]
    public void Relative_bias_looked_up_by_clipped_distance()
    {
        var t = _g.Positions(_x, 1);
        var distance = _g.Node("Sub", [_g.Unsqueeze(t, 1), _g.Unsqueeze(t, 0)]);
        var bucket = _g.Node("Clip", [distance, _g.Constant(OnnxTensor.Scalar(0L)), _g.Constant(OnnxTensor.Scalar(6L))]);
        var bias = _g.Transpose(_g.Node("Gather", [_g.Weights([7, Heads]), bucket]), 2, 0, 1);
        CheckMask(scores => _g.Causal(_x, _g.Node("Add", [scores, _g.Unsqueeze(bias, 0)])));
    }

    [Fact]
    public void Absolute_bias_of_query_and_key()
    {
        var length = _g.Unsqueeze(_g.Length(_x, 1), 0);
        var rows = _g.Node("Slice", [_g.Weights([Heads, 24, 24]), _g.Ints(0), length, _g.Ints(1)]);
        var bias = _g.Node("Slice", [rows, _g.Ints(0), length, _g.Ints(2)]);
        CheckMask(scores => _g.Causal(_x, _g.Node("Add", [scores, bias])));
    }

    [Fact]
    public void Keys_and_values_shared_by_all_heads()
    {
        var q = _g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size);
        string k = _g.SplitHeads(_g.Linear(_x, Features, Size), 1, Size), v = _g.SplitHeads(_g.Linear(_x, Features, Size), 1, Size);
        Streamed.Check(_g.Output(_g.MergeHeads(_g.Attend(q, k, v, Size, scores => _g.Causal(_x, scores)), Features))).Dispose();
    }

    [Fact]
    public void Grouped_heads_expanded_before_the_product()
    {
        // Four query heads over two key heads: keys repeated by Unsqueeze, Expand and Reshape.
        string Repeat(string kv)
        {
            var five = _g.Node("Expand", [_g.Unsqueeze(kv, 2), _g.Ints(1, 1, 2, 1, 1)]);
            return _g.Node("Reshape",
                [five, _g.Node("Concat", [_g.Ints(1, 4), _g.Unsqueeze(_g.Length(_x, 1), 0), _g.Ints(2)], ("axis", 0L))]);
        }

        var q = _g.SplitHeads(_g.Linear(_x, Features, Features), 4, 2);
        string k = Repeat(_g.SplitHeads(_g.Linear(_x, Features, 4), 2, 2)), v = Repeat(_g.SplitHeads(_g.Linear(_x, Features, 4), 2, 2));
        Streamed.Check(_g.Output(_g.MergeHeads(_g.Attend(q, k, v, 2, scores => _g.Causal(_x, scores)), Features))).Dispose();
    }

    [Fact]
    public void Three_dimensional_heads_folded_into_the_batch()
    {
        string Fold(string v) => _g.Transpose(_g.Reshape(v, -1, Heads, Size), 1, 0, 2);
        string q = Fold(_g.Linear(_x, Features, Features)), k = Fold(_g.Linear(_x, Features, Features)), v = Fold(_x);
        var scores = _g.Node("Add", [_g.Node("MatMul", [q, _g.Transpose(k, 0, 2, 1)]), _g.TriluMask(_x)]);
        var y = _g.Node("MatMul", [_g.Node("Softmax", [scores], ("axis", -1L)), v]);
        Streamed.Check(_g.Output(_g.Reshape(_g.Transpose(y, 1, 0, 2), 1, -1, Features))).Dispose();
    }

    [Fact]
    public void One_projection_split_into_three()
    {
        var parts = _g.Node("Split", [_g.Linear(_x, Features, 3 * Features)], 3, ("axis", 2L));
        var y = _g.Attend(_g.SplitHeads(parts[0], Heads, Size), _g.SplitHeads(parts[1], Heads, Size), _g.SplitHeads(parts[2], Heads, Size),
            Size, s => _g.Causal(_x, s));
        Streamed.Check(_g.Output(_g.MergeHeads(y, Features))).Dispose();
    }

    [Fact]
    public void One_projection_cut_by_gather_after_a_transpose()
    {
        var five = _g.Transpose(_g.Reshape(_g.Linear(_x, Features, 3 * Features), 1, -1, 3, Heads, Size), 2, 0, 3, 1, 4);
        string Part(long i) => _g.Node("Gather", [five, _g.Constant(OnnxTensor.Scalar(i))], ("axis", 0L));
        Streamed.Check(_g.Output(_g.MergeHeads(_g.Attend(Part(0), Part(1), Part(2), Size, s => _g.Causal(_x, s)), Features))).Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Blocks_with_norm_before_or_after(bool before)
    {
        var y = _x;
        for (var layer = 0; layer < 2; layer++)
        {
            y = Residual(y, before, h => _g.Attention(h, Features, Heads, scores => _g.Causal(_x, scores)));
            y = Residual(y, before, h => _g.Linear(_g.Node("Relu", [_g.Linear(h, Features, 16)]), 16, Features));
        }

        Streamed.Check(_g.Output(_g.Linear(y, Features, 3))).Dispose();
    }

    [Fact]
    public void Last_query_only()
    {
        var y = _g.Attention(_x, Features, Heads, scores => _g.Causal(_x, scores));
        Streamed.Check(_g.Output(_g.Linear(_g.Node("Gather", [y, _g.Constant(OnnxTensor.Scalar(-1L))], ("axis", 1L)), Features, 3)))
            .Dispose();
    }

    [Fact]
    public void Keys_as_the_first_factor()
    {
        string q = _g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size),
            k = _g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size);
        var scores = _g.Node("MatMul", [k, _g.Transpose(q, 0, 1, 3, 2)]);
        var weights = _g.Node("Softmax", [_g.Causal(_x, _g.Transpose(scores, 0, 1, 3, 2))], ("axis", -1L));
        Streamed.Check(_g.Output(_g.MergeHeads(_g.Node("MatMul", [weights, _g.SplitHeads(_x, Heads, Size)]), Features))).Dispose();
    }

    [Fact]
    public void Weights_as_the_second_factor()
    {
        string k = _g.Linear(_x, Features, Features), scores = _g.Causal(_x, _g.Node("MatMul", [_x, _g.Transpose(k, 0, 2, 1)]));
        var weights = _g.Transpose(_g.Node("Softmax", [scores], ("axis", -1L)), 0, 2, 1);
        Streamed.Check(_g.Output(_g.Transpose(_g.Node("MatMul", [_g.Transpose(_x, 0, 2, 1), weights]), 0, 2, 1))).Dispose();
    }

    [Fact]
    public void As_products_of_named_axes()
    {
        string Project() => _g.Node("Einsum", [_x, _g.Weights([Features, Heads, Size])], ("equation", "abc,cde->abde"));
        var scores = _g.Node("Einsum", [Project(), Project()], ("equation", "aecd,abcd->acbe"));
        var weights = _g.Node("Softmax", [_g.Causal(_x, scores)], ("axis", -1L));
        var mixed = _g.Node("Einsum", [weights, Project()], ("equation", "acbe,aecd->abcd"));
        Streamed.Check(_g.Output(_g.Node("Einsum", [mixed, _g.Weights([Heads, Size, Features])], ("equation", "abcd,cde->abe")))).Dispose();
    }

    [Theory]
    [InlineData("row")]
    [InlineData("column")]
    [InlineData("sum")]
    public void The_last_state_asks_all_states(string spelling)
    {
        string y = _g.Lstm(_x, Features, Size), last = _g.Slice(y, 1, -1, int.MaxValue);
        var weights = _g.Node("Softmax", [_g.Node("MatMul", [y, _g.Transpose(last, 0, 2, 1)])], ("axis", 1L));
        Streamed.Check(_g.Output(spelling switch
        {
            "row" => _g.Node("MatMul", [_g.Transpose(weights, 0, 2, 1), y]),
            "column" => _g.Node("MatMul", [_g.Transpose(y, 0, 2, 1), weights]),
            _ => _g.Node("ReduceSum", [_g.Node("Mul", [y, weights]), _g.Ints(1)], ("keepdims", 0L)),
        })).Dispose();
    }

    [Fact]
    public void Query_of_the_last_step_over_all_keys_needs_no_mask()
    {
        var last = _g.Slice(_x, 1, -1, int.MaxValue);
        var q = _g.SplitHeads(_g.Linear(last, Features, Features), Heads, Size);
        string k = _g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size), v = _g.SplitHeads(_x, Heads, Size);
        Streamed.Check(_g.Output(_g.MergeHeads(_g.Attend(q, k, v, Size, scores => scores), Features))).Dispose();
    }

    [Fact]
    public void A_learned_query_pools_over_time()
    {
        var scores = _g.Node("MatMul", [_g.Weights([1, 1, Features]), _g.Transpose(_x, 0, 2, 1)]);
        var y = _g.Node("MatMul", [_g.Node("Softmax", [scores], ("axis", -1L)), _x]);
        using var streamed = Streamed.Check(_g.Output(y));
        Assert.Contains("AttentionPool", streamed.Ops);
    }

    [Fact]
    public void Weights_from_a_small_net_pool_over_time()
    {
        var scores = _g.Linear(_g.Node("Tanh", [_g.Linear(_x, Features, 4)]), 4, 1);
        var weights = _g.Node("Softmax", [scores], ("axis", 1L));
        var y = _g.Node("ReduceSum", [_g.Node("Mul", [weights, _x]), _g.Ints(1)], ("keepdims", 0L));
        using var streamed = Streamed.Check(_g.Output(_g.Linear(y, Features, 3)));
        Assert.Contains("AttentionPool", streamed.Ops);
    }

    [Fact]
    public void Weights_over_time_give_mean_and_spread()
    {
        var weighted = _g.Node("Mul", [_g.Node("Softmax", [_g.Linear(_x, Features, 1)], ("axis", 1L)), _x]);
        var squares = _g.Node("ReduceSum", [_g.Node("Mul", [weighted, _x]), _g.Ints(1)], ("keepdims", 0L));
        var mean = _g.Node("ReduceSum", [weighted, _g.Ints(1)], ("keepdims", 0L));
        Streamed.Check(_g.Output(_g.Node("Sub", [squares, _g.Node("Mul", [mean, mean])]))).Dispose();
    }

    [Fact]
    public void Pooling_by_a_product_with_transposed_weights()
    {
        var weights = _g.Node("Softmax", [_g.Linear(_x, Features, 1)], ("axis", 1L));
        Streamed.Check(_g.Output(_g.Node("MatMul", [_g.Transpose(weights, 0, 2, 1), _x]))).Dispose();
    }

    [Fact]
    public void Longest_context_slides()
    {
        var y = _g.Attention(_x, Features, Heads, scores => _g.Where(_g.RangeMask(_x, window: 6), scores));
        using var streamed = Streamed.Check(_g.Output(y), options: new ConvertOptions { MaxContext = 6 });
        Assert.Null(streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void Attention_to_later_elements_is_refused_and_runs_in_windows()
    {
        _g.Output(_g.Attention(_x, Features, Heads, scores => scores));

        var error = Streamed.Refused(_g);

        Assert.Equal(ErrorCodes.NotCausal, error.Code);
        Assert.Contains("'MatMul_", error.Message, StringComparison.Ordinal);
        Assert.Contains("--mode window", error.Hint, StringComparison.Ordinal);
        Streamed.CheckWindows(_g, window: 7, hop: 2);
    }

    [Fact]
    public void Length_fixed_at_export()
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, 12, Features);
        var mask = g.Constant(
            OnnxTensor.FromFloats([.. Enumerable.Range(0, 144).Select(i => i % 12 <= i / 12 ? 0 : float.NegativeInfinity)], 12, 12));
        var position = g.Weights([1, 12, Features]);
        using var streamed =
            Streamed.Check(g.Output(g.Attention(g.Node("Add", [x, position]), Features, Heads, scores => g.Node("Add", [scores, mask]))));
        Assert.Equal(12, streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void Several_learned_queries_over_all_time()
    {
        var query = _g.Weights([1, Heads, 3, Size]);
        string keys = _g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size),
            values = _g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size);
        Streamed.Check(_g.Output(_g.MergeHeads(_g.Attend(query, keys, values, Size, scores => scores), Features))).Dispose();
    }

    private Streamed CheckMask(Func<string, string> mask, int steps = 20) =>
        Streamed.Check(_g.Output(_g.Attention(_x, Features, Heads, mask)), steps);

    private Streamed Block(string embedded) =>
        Streamed.Check(_g.Output(_g.Attention(_g.LayerNorm(embedded, Features), Features, Heads, scores => _g.Causal(_x, scores))));

    private string Residual(string x, bool before, Func<string, string> layer) =>
        before ? _g.Node("Add", [x, layer(_g.LayerNorm(x, Features))]) : _g.LayerNorm(_g.Node("Add", [x, layer(x)]), Features);
}
