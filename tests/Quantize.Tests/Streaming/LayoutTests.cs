using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

public sealed class LayoutTests
{
    private readonly GraphBuilder _g = new();

    [Theory]
    [InlineData("time first")]
    [InlineData("batch first")]
    [InlineData("channels first")]
    public void Wherever_time_is(string layout)
    {
        var x = layout switch
        {
            "time first" => _g.Transpose(_g.Input("x", "time", "batch", 4), 1, 0, 2),
            "channels first" => _g.Transpose(_g.Input("x", "batch", 4, "time"), 0, 2, 1),
            _ => _g.Input("x", "batch", "time", 4),
        };
        Streamed.Check(_g.Output(_g.Lstm(x, 4, 3))).Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Channels_that_become_elements_of_time_behind_a_stride(int outer)
    {
        // A pixel shuffle along time: as many elements come out as a convolution with a stride has left out.
        var x = _g.Conv(_g.Input("x", 1, 2, "time"), 2, outer * 4, 4, left: 2, stride: 4);
        var parts = _g.Transpose(_g.Reshape(x, 0, outer, 4, -1), 0, 1, 3, 2);
        var whole = _g.Conv(_g.Reshape(parts, 0, outer, -1), outer, 2, 3, left: 2);
        Streamed.Check(_g.Output(whole)).Dispose();
    }

    [Fact]
    public void Without_a_batch_axis() => Streamed.Check(_g.Output(_g.Node("Tanh", [_g.Linear(_g.Input("x", "time", 4), 4, 3)]))).Dispose();

    [Fact]
    public void Fixed_length() => Streamed.Check(_g.Output(_g.Lstm(_g.Input("x", 1, 16, 4), 4, 3))).Dispose();

    [Fact]
    public void Nameless_axes_are_tried()
    {
        var x = _g.Input("x", "d0", "d1", 4);
        using var streamed = Streamed.Check(_g.Output(_g.Lstm(x, 4, 3)));
    }

    [Fact]
    public void An_open_batch_before_a_fixed_time()
    {
        var x = _g.Input("x", "unk__10", 16, 4);
        using var streamed = Streamed.Check(_g.Output(_g.Lstm(x, 4, 3)));
        Assert.Equal([4], streamed.Model.Inputs[0].Shape);
    }

    [Fact]
    public void An_open_batch_before_fixed_channels_and_a_fixed_time()
    {
        var x = _g.Input("x", "unk__10", 4, 16);
        using var streamed = Streamed.Check(_g.Output(_g.CausalConv(x, 4, 3, 3)));
        Assert.Equal([4], streamed.Model.Inputs[0].Shape);
    }

    [Fact]
    public void A_fixed_time_before_an_open_batch_that_keeps_no_state()
    {
        var x = _g.Input("x", "d0", 16, 4);
        using var streamed = Streamed.Check(_g.Output(_g.Linear(x, 4, 3)));
        Assert.Equal([4], streamed.Model.Inputs[0].Shape);
    }

    [Fact]
    public void A_fixed_row_of_samples_that_a_recurrent_layer_reads()
    {
        var x = _g.Unsqueeze(_g.Input("x", "batch", 16), 2);
        using var streamed = Streamed.Check(_g.Output(_g.Lstm(x, 1, 3)));
        Assert.Equal([1], streamed.Model.Inputs[0].Shape);
    }

    [Fact]
    public void A_fixed_row_of_token_ids()
    {
        var ids = _g.Input("ids", OnnxElementType.Int64, "batch", 16);
        Streamed.Check(_g.Output(_g.Lstm(_g.Node("Gather", [_g.Weights([12, 4]), ids]), 4, 3)), tokens: 12).Dispose();
    }

    [Fact]
    public void The_batch_is_never_time_where_the_window_is_cut_up()
    {
        var x = _g.Input("x", "unk__10", 16, 4);
        var error = Streamed.Refused(_g.Output(_g.Linear(_g.Reshape(x, -1, 64), 64, 3)));
        Assert.Contains("(MatMul): the matrix product sums", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_user_names_the_axis()
    {
        var x = _g.Input("x", "rows", "columns", 4);
        _g.Output(_g.Node("Relu", [x]));
        using var streamed = Streamed.Check(_g, options: new ConvertOptions { TimeAxes = new Dictionary<string, int> { ["x"] = 0 } });
        Assert.Equal([4], streamed.Model.Inputs[0].Shape);
    }

    [Fact]
    public void Sequences_merged_into_rows_and_split_again()
    {
        var x = _g.Input("x", 1, "time", 4);
        var rows = _g.Node("Gemm", [_g.Reshape(x, -1, 4), _g.Weights([3, 4]), _g.Weights([3])], ("transB", 1L));
        Streamed.Check(_g.Output(_g.Reshape(rows, 1, -1, 3))).Dispose();
    }

    [Fact]
    public void Shape_arithmetic_of_an_exporter()
    {
        var x = _g.Input("x", "batch", "time", 4);
        var shape = _g.Node("Concat", [_g.Unsqueeze(_g.Length(x, 0), 0), _g.Unsqueeze(_g.Length(x, 1), 0), _g.Ints(2), _g.Ints(2)],
            ("axis", 0L));
        var heads = _g.Node("Reshape", [x, shape]);
        Streamed.Check(_g.Output(_g.Node("ReduceMean", [heads], ("axes", (long[])[2]), ("keepdims", 0L)))).Dispose();
    }

    [Fact]
    public void Frames_cut_from_the_time_axis_become_a_rate()
    {
        var x = _g.Input("x", 1, "time", 2);
        var frames = _g.Reshape(x, 1, -1, 8);
        using var streamed = Streamed.Check(_g.Output(_g.Linear(frames, 8, 3)), steps: 20);
        Assert.Equal(4, streamed.Rate);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(1, 1)]
    public void Overlapping_frames_whose_elements_stand_in_columns(int length, int hop)
    {
        var x = _g.Input("x", 1, 2, "time");
        var starts = _g.Node("Range", [_g.Constant(OnnxTensor.Scalar(0L)), _g.Node("Sub", [_g.Length(x, 2),
            _g.Constant(OnnxTensor.Scalar((long)length - 1))]), _g.Constant(OnnxTensor.Scalar((long)hop))]);
        var offsets = _g.Constant(OnnxTensor.FromInts([.. Enumerable.Range(0, length)], length, 1));
        var frames = _g.Node("Gather", [x, _g.Node("Add", [offsets, _g.Unsqueeze(starts, 0)])], ("axis", 2L));
        using var streamed = Streamed.Check(_g.Output(_g.Node("Tanh", [_g.Transpose(frames, 0, 3, 1, 2)])), steps: 20);
        Assert.Equal(hop, streamed.Rate);
    }

    [Fact]
    public void Bands_of_each_element_attend_each_other()
    {
        const int Bands = 3, Heads = 2, Size = 2, Features = Heads * Size;
        var bands = _g.Transpose(_g.Reshape(_g.Input("x", 1, "time", Bands, Features), -1, Bands, Features), 1, 0, 2);
        string OfHeads() => _g.Transpose(_g.Reshape(_g.Linear(bands, Features, Features), Bands, -1, Size), 1, 0, 2);
        var scores = _g.Node("Softmax", [_g.Node("MatMul", [OfHeads(), _g.Transpose(OfHeads(), 0, 2, 1)])], ("axis", -1L));
        var merged = _g.Reshape(_g.Transpose(_g.Node("MatMul", [scores, OfHeads()]), 1, 0, 2), -1, Features);
        var y = _g.Transpose(_g.Reshape(_g.Linear(merged, Features, Features), Bands, -1, Features), 1, 0, 2);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Tanh", [y])));
        Assert.Null(streamed.Model.Program.InputRate);
    }

    [Fact]
    public void Products_with_bands_and_time_as_one_axis()
    {
        const int Bands = 3, Features = 4;
        var x = _g.Input("x", 1, "time", Bands, Features);
        var rows = _g.Node("Relu", [_g.Linear(_g.Reshape(x, -1, Features), Features, 5)]);
        using var streamed = Streamed.Check(_g.Output(_g.Reshape(rows, 1, -1, Bands * 5)));
        Assert.Null(streamed.Model.Program.InputRate);
    }

    [Theory]
    [InlineData(4, 2, 1)]
    [InlineData(3, 3, 1)]
    [InlineData(3, 1, 2)]
    public void Overlapping_frames_by_computed_indices(int length, int hop, int spacing)
    {
        var x = _g.Input("x", 1, "time", 2);
        string Integer(long value) => _g.Constant(OnnxTensor.Scalar(value));
        var span = ((length - 1) * spacing) + 1;
        var last = _g.Node("Sub", [_g.Length(x, 1), Integer(span - 1)]);
        var starts = _g.Unsqueeze(_g.Node("Range", [Integer(0), last, Integer(hop)]), 1);
        var offsets = _g.Constant(OnnxTensor.FromInts([.. Enumerable.Range(0, length).Select(k => (long)k * spacing)], 1, length));
        var frames = _g.Node("Gather", [x, _g.Node("Add", [starts, offsets])], ("axis", 1L));
        using var streamed = Streamed.Check(_g.Output(_g.Node("ReduceMax", [frames], ("axes", (long[])[2]), ("keepdims", 0L))));
        Assert.Equal(hop, streamed.Rate);
        Assert.Equal(span - 1, streamed.Delay);
    }

    [Fact]
    public void A_ramp_over_time_never_ends()
    {
        var x = _g.Input("x", 1, "time", 3);
        var t = _g.Unsqueeze(_g.Node("Cast", [_g.Positions(x, 1)], ("to", 1L)), 1);
        var ramp = _g.Node("Mul", [t, _g.Constant(OnnxTensor.FromFloats([0.5f, 0.01f, -0.1f], 3))]);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Add", [x, ramp])));
        Assert.Null(streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void Positions_as_integers_of_a_decimated_sequence()
    {
        var ids = _g.Slice(_g.Input("ids", OnnxElementType.Int64, 1, "time"), 1, 1, int.MaxValue, 3);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Add", [ids, _g.Positions(ids, 1)])), steps: 30);
        Assert.Null(streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void The_first_elements_are_left_out_for_ever()
    {
        var x = _g.Input("x", 1, "time", 3);
        var late = _g.Unsqueeze(_g.Node("GreaterOrEqual", [_g.Positions(x, 1), _g.Constant(OnnxTensor.Scalar(5L))]), 1);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Where", [late, x, _g.Scalar(-1)])));
        Assert.Null(streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void A_change_after_the_lengths_that_are_tried_is_seen()
    {
        var x = _g.Input("x", 1, "time", 3);
        var late = _g.Unsqueeze(_g.Node("GreaterOrEqual", [_g.Positions(x, 1), _g.Constant(OnnxTensor.Scalar(100L))]), 1);
        Streamed.Check(_g.Output(_g.Node("Where", [late, x, _g.Scalar(-1)])), steps: 110).Dispose();
    }

    [Fact]
    public void Tokens()
    {
        var ids = _g.Input("ids", OnnxElementType.Int64, "batch", "time");
        var y = _g.Lstm(_g.Node("Gather", [_g.Weights([12, 4]), ids]), 4, 3);
        Streamed.Check(_g.Output(y), tokens: 12).Dispose();
    }

    [Fact]
    public void Tokens_of_32_bits_with_negative_ids_allowed()
    {
        var ids = _g.Input("ids", OnnxElementType.Int32, "time");
        Streamed.Check(_g.Output(_g.Node("Gather", [_g.Weights([12, 4]),
            _g.Node("Sub", [ids, _g.Constant(OnnxTensor.FromInts([3], 1).Cast(OnnxElementType.Int32))])])), tokens: 12).Dispose();
    }

    [Fact]
    public void Two_inputs_and_three_outputs()
    {
        string a = _g.Input("a", 1, "time", 4), b = _g.Input("b", 1, "time", 2);
        var joined = _g.Node("Concat", [a, b], ("axis", 2L));
        _g.Output(_g.Lstm(joined, 6, 3), "y").Output(_g.Node("ReduceMean", [a], ("axes", (long[])[1])), "mean")
            .Output(_g.Node("Tanh", [b]), "tanh");
        using var streamed = Streamed.Check(_g);
        Assert.Equal(["y", "mean", "tanh"], streamed.Model.Outputs.Select(output => output.Name));
    }

    [Fact]
    public void Outputs_of_different_rate_and_delay()
    {
        var x = _g.Input("x", 1, 3, "time");
        _g.Output(_g.CausalConv(x, 3, 2, 3, stride: 2), "slow").Output(_g.Conv(x, 3, 2, 3, left: 1, right: 1), "late");
        using var streamed = Streamed.Check(_g);
        Assert.Equal([2, 1], streamed.Model.Outputs.Select(output => output.Rate));
        Assert.Equal([0, 1], streamed.Model.Outputs.Select(output => output.Offset));
    }

    [Fact]
    public void A_side_input_without_time()
    {
        string x = _g.Input("x", 1, "time", 4), speaker = _g.Input("speaker", 1, 3);
        var bias = _g.Unsqueeze(_g.Linear(speaker, 3, 4), 1);
        Streamed.Check(_g.Output(_g.Lstm(_g.Node("Add", [x, bias]), 4, 3))).Dispose();
    }

    [Fact]
    public void A_side_input_with_positions_added_becomes_a_sequence()
    {
        string x = _g.Input("x", 1, "time", 4), speaker = _g.Input("speaker", 1, 1, 4);
        var rows = _g.Node("Slice", [_g.Weights([1, 32, 4]), _g.Ints(0), _g.Unsqueeze(_g.Length(x, 1), 0), _g.Ints(1)]);
        Streamed.Check(_g.Output(_g.Node("Mul", [x, _g.Node("Add", [speaker, rows])]))).Dispose();
    }

    [Fact]
    public void A_side_input_expanded_along_time()
    {
        string x = _g.Input("x", 1, "time", 4), speaker = _g.Input("speaker", 1, 3);
        var shape = _g.Node("Concat", [_g.Ints(1), _g.Unsqueeze(_g.Length(x, 1), 0), _g.Ints(3)], ("axis", 0L));
        var repeated = _g.Node("Expand", [_g.Unsqueeze(speaker, 1), shape]);
        Streamed.Check(_g.Output(_g.Linear(_g.Node("Concat", [x, repeated], ("axis", 2L)), 7, 2))).Dispose();
    }

    [Fact]
    public void Inputs_normalised_by_the_graph()
    {
        var x = _g.Input("x", 1, "time", 3);
        var scaled = _g.Node("Div", [_g.Node("Sub", [x, _g.Weights([3])]), _g.Constant(OnnxTensor.FromFloats([2, 3, 4], 3))]);
        Streamed.Check(_g.Output(_g.Lstm(scaled, 3, 4))).Dispose();
    }

    [Fact]
    public void Every_second_element()
    {
        var x = _g.Input("x", 1, "time", 3);
        using var streamed = Streamed.Check(_g.Output(_g.Slice(x, 1, 0, int.MaxValue, 2)));
        Assert.Equal(2, streamed.Rate);
    }

    [Fact]
    public void Every_third_element_from_the_second_on()
    {
        var x = _g.Input("x", 1, "time", 3);
        using var streamed = Streamed.Check(_g.Output(_g.Slice(x, 1, 1, int.MaxValue, 3)));
        Assert.Equal(3, streamed.Rate);
    }

    [Fact]
    public void Shifted_by_one_as_a_decoder_input()
    {
        var x = _g.Input("x", 1, "time", 3);
        var shifted = _g.Slice(_g.Node("Concat", [_g.Constant(OnnxTensor.FromFloats([1, 1, 1], 1, 1, 3)), x], ("axis", 1L)), 1, 0, -1);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Add", [x, shifted])));
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Shifted_with_a_learned_start()
    {
        var x = _g.Input("x", 1, "time", 3);
        var shifted = _g.Slice(_g.Node("Concat", [_g.Weights([1, 1, 3]), x], ("axis", 1L)), 1, 0, -1);
        Streamed.Check(_g.Output(_g.Node("Add", [x, shifted]))).Dispose();
    }

    [Fact]
    public void Features_picked_split_tiled_and_expanded()
    {
        var x = _g.Input("x", 1, "time", 6);
        var picked = _g.Node("Gather", [x, _g.Ints(4, 0, 2)], ("axis", 2L));
        var parts = _g.Node("Split", [x, _g.Ints(1, 2, 3)], 3, ("axis", 2L));
        var tiled = _g.Node("Tile", [parts[0], _g.Ints(1, 1, 3)]);
        var expanded = _g.Node("Expand", [parts[0], _g.Ints(1, 1, 3)]);
        Streamed.Check(_g.Output(_g.Node("Sum", [picked, parts[2], tiled, expanded]))).Dispose();
    }

    [Fact]
    public void Selection_by_comparison()
    {
        var x = _g.Input("x", 1, "time", 4);
        var y = _g.Node("Where", [_g.Node("Greater", [x, _g.Scalar(0.2f)]), x, _g.Node("Neg", [_g.Node("Exp", [x])])]);
        Streamed.Check(_g.Output(y)).Dispose();
    }

    [Fact]
    public void Comparisons_come_out_as_integers()
    {
        var x = _g.Input("x", 1, "time", 4);
        Streamed.Check(_g.Output(_g.Node("Cast", [_g.Node("Less", [x, _g.Scalar(0)])], ("to", 7L)))).Dispose();
    }

    [Fact]
    public void An_input_given_back_as_it_is() => Streamed.Check(_g.Output(_g.Node("Identity", [_g.Input("x", 1, "time", 4)]))).Dispose();

    [Fact]
    public void Reversed_time_is_refused()
    {
        var x = _g.Input("x", 1, "time", 4);
        var error = Streamed.Refused(_g.Output(_g.Slice(x, 1, -1, long.MinValue, -1)));
        Assert.Equal(ErrorCodes.NotCausal, error.Code);
        Assert.Contains("'Slice_", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Products_over_time_are_refused()
    {
        var x = _g.Input("x", 1, "time", 4);
        var error = Streamed.Refused(_g.Output(_g.Node("MatMul", [_g.Transpose(x, 0, 2, 1), x])));
        Assert.Equal(ErrorCodes.NotCausal, error.Code);
        Assert.Contains("'MatMul_", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Elements_relative_to_one_at_a_fixed_place(int place)
    {
        var x = _g.Input("x", 1, "time", 4);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Sub", [x, _g.Slice(x, 1, place, place + 1)])));
        Assert.Equal(place, streamed.Delay);
    }

    [Fact]
    public void Differences_padded_in_front_wait_for_nothing()
    {
        var x = _g.Input("x", 1, "time", 4);
        var changes = _g.Node("Sub", [_g.Slice(x, 1, 1, int.MaxValue), _g.Slice(x, 1, 0, -1)]);
        var padded = _g.Node("Concat", [_g.Constant(OnnxTensor.FromFloats(new float[4], 1, 1, 4)), changes], ("axis", 1L));
        using var streamed = Streamed.Check(_g.Output(_g.Lstm(_g.Node("Concat", [x, padded], ("axis", 2L)), 8, 3)));
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void A_slice_that_starts_as_many_before_the_end_as_another_sequence_has()
    {
        var x = _g.Input("x", 1, "time", 4);
        var shorter = _g.Slice(x, 1, 2, int.MaxValue);
        var start = _g.Node("Neg", [_g.Unsqueeze(_g.Length(shorter, 1), 0)]);
        var tail = _g.Node("Slice", [x, start, _g.Ints(int.MaxValue), _g.Ints(1)]);
        Streamed.Check(_g.Output(_g.Node("Mul", [tail, shorter]))).Dispose();
    }
}
