using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

public sealed class ConvolutionTests
{
    private readonly GraphBuilder _g = new();
    private readonly string _x;

    public ConvolutionTests() => _x = _g.Input("x", "batch", 3, "time");

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 12)];

    [Fact]
    public void Causal_padding_of_the_node_needs_no_delay()
    {
        using var streamed = Streamed.Check(_g.Output(_g.CausalConv(_x, 3, 4, 3, dilation: 2)));
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Pad_node_in_front_is_the_same()
    {
        var padded = _g.Node("Pad", [_x, _g.Ints(0, 0, 4, 0, 0, 0)]);
        using var streamed = Streamed.Check(_g.Output(_g.Conv(padded, 3, 4, 3, dilation: 2)));
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Concat_with_zeros_in_front_is_the_same()
    {
        var zeros = _g.Constant(OnnxTensor.FromFloats(new float[12], 1, 3, 4));
        var padded = _g.Node("Concat", [zeros, _x], ("axis", 2L));
        using var streamed = Streamed.Check(_g.Output(_g.Conv(padded, 3, 4, 3, dilation: 2)));
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Padding_with_a_value_other_than_zero()
    {
        var padded = _g.Node("Pad", [_x, _g.Ints(0, 0, 2, 0, 0, 0), _g.Scalar(0.75f)]);
        using var streamed = Streamed.Check(_g.Output(_g.Conv(padded, 3, 4, 3)));
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Two_paddings_of_different_value_one_after_the_other()
    {
        var padded = _g.Node("Pad", [_x, _g.Ints(0, 0, 2, 0, 0, 0), _g.Scalar(0.75f)]);
        using var streamed = Streamed.Check(_g.Output(_g.CausalConv(padded, 3, 4, 3)));
    }

    [Theory]
    [InlineData(4, 0, 4)]
    [InlineData(2, 2, 4)]
    public void A_reflection_in_front_is_known_once_its_elements_have_come(int before, int after, int delay)
    {
        var padded = _g.Node("Pad", [_x, _g.Ints(0, 0, before, 0, 0, after)], ("mode", "reflect"));
        using var streamed = Streamed.Check(_g.Output(_g.Conv(padded, 3, 4, 5)));
        Assert.Equal(delay, streamed.Delay);
    }

    [Fact]
    public void A_reflection_goes_through_layers_and_is_cropped()
    {
        var padded = _g.Node("Pad", [_x, _g.Ints(0, 0, 3, 0, 0, 0)], ("mode", "reflect"));
        var rows = _g.Node("Relu", [_g.Transpose(_g.Slice(padded, 2, 1, int.MaxValue), 0, 2, 1)]);
        Streamed.Check(_g.Output(_g.Linear(rows, 3, 4))).Dispose();
    }

    [Fact]
    public void Time_and_another_axis_padded_at_once()
    {
        var padded = _g.Node("Pad", [_g.Unsqueeze(_x, 1), _g.Ints(0, 0, 1, 2, 0, 0, 1, 0), _g.Scalar(0.25f)]);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Conv", [padded, _g.Weights([4, 1, 3, 3])])));
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Over_time_height_and_width()
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, 2, "time", 5, 6);
        var y = g.Node("Conv", [x, g.Weights([4, 1, 2, 3, 3]), g.Weights([4])], ("group", 2L),
            ("pads", (long[])[2, 1, 1, 0, 1, 0]), ("dilations", (long[])[2, 1, 1]));
        var pooled = g.Node("MaxPool", [g.Node("Relu", [y])], ("kernel_shape", (long[])[1, 2, 2]), ("strides", (long[])[1, 2, 2]));
        using var streamed = Streamed.Check(g.Output(pooled));
        Assert.Equal(0, streamed.Delay);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_is_cut_off_a_skip_connection_the_shorter_branch_rules(int seed)
    {
        // Down by a stride, up again, and what came in cut to the length of that.
        var random = new Random(seed);
        int stride = random.Next(2, 4), kernel = stride * random.Next(1, 3), pad = random.Next(2);
        var skip = random.Next(2) == 0 ? _x : _g.CausalConv(_x, 3, 3, random.Next(2, 4));
        var down = _g.Node("Tanh", [_g.Conv(skip, 3, 4, kernel, left: random.Next(kernel), stride: stride)]);
        down = random.Next(2) == 0 ? down : _g.CausalConv(down, 4, 4, 2);
        var up = _g.Node("ConvTranspose", [down, _g.Weights([4, 5, kernel]), _g.Weights([5])],
            ("strides", (long[])[stride]), ("pads", (long[])[pad, pad]));
        var cut = _g.Node("Slice", [skip, _g.Ints(0), _g.Node("Shape", [up], ("start", 2L), ("end", 3L)), _g.Ints(2)]);
        var joined = _g.Node("Concat", [_g.Node("Slice", [up, _g.Ints(0), _g.Node("Shape", [cut], ("start", 2L), ("end", 3L)),
            _g.Ints(2)]), cut], ("axis", 1L));
        Streamed.Check(_g.Output(_g.Conv(joined, 8, 3, 1)), steps: 30).Dispose();
    }

    [Fact]
    public void Padding_on_both_sides_and_the_end_chomped_off()
    {
        var y = _g.Conv(_x, 3, 4, 3, left: 4, right: 4, dilation: 2);
        using var streamed = Streamed.Check(_g.Output(_g.Slice(y, 2, 0, -4)));
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Right_context_becomes_delay()
    {
        using var streamed = Streamed.Check(_g.Output(_g.Conv(_x, 3, 4, 5, left: 2, right: 2)));
        Assert.Equal(2, streamed.Delay);
    }

    [Fact]
    public void Without_padding_the_first_output_waits_for_the_kernel()
    {
        using var streamed = Streamed.Check(_g.Output(_g.Conv(_x, 3, 4, 5)));
        Assert.Equal(4, streamed.Delay);
    }

    [Fact]
    public void Stride_becomes_rate()
    {
        using var streamed = Streamed.Check(_g.Output(_g.CausalConv(_x, 3, 4, 3, stride: 2)));
        Assert.Equal(2, streamed.Rate);
    }

    [Fact]
    public void Strides_multiply()
    {
        using var streamed = Streamed.Check(_g.Output(_g.Conv(_g.Conv(_x, 3, 4, 3, stride: 2), 4, 5, 2, stride: 3)), steps: 40);
        Assert.Equal(6, streamed.Rate);
    }

    [Fact]
    public void Kernel_of_one_with_a_stride() => Streamed.Check(_g.Output(_g.Conv(_x, 3, 4, 1, stride: 3))).Dispose();

    /// <summary>One output a channel, few, and as many as fill matrices of their own.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void Depthwise_and_grouped(int multiplier)
    {
        var depthwise = _g.CausalConv(_x, 3, 3 * multiplier, 3, dilation: 2, groups: 3);
        Streamed.Check(_g.Output(_g.CausalConv(depthwise, 3 * multiplier, 6, 2, groups: 3))).Dispose();
    }

    [Fact]
    public void Depthwise_over_two_dimensions()
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, 2, "time", 6);
        var y = g.Node("Conv", [x, g.Weights([4, 1, 3, 3]), g.Weights([4])],
            ("kernel_shape", (long[])[3, 3]), ("pads", (long[])[2, 1, 0, 1]), ("group", 2L));
        Streamed.Check(g.Output(g.Node("Relu", [y]))).Dispose();
    }

    [Fact]
    public void Causal_stack_with_dilations_residuals_and_norm()
    {
        var y = _g.CausalConv(_x, 3, 6, 1);
        foreach (var dilation in new[] { 1, 2, 4, 8 })
        {
            var h = _g.Node("Relu", [_g.CausalConv(y, 6, 6, 3, dilation)]);
            var norm = _g.Node("BatchNormalization",
                [h, _g.Weights([6]), _g.Weights([6]), _g.Weights([6]), _g.Constant(OnnxTensor.FromFloats([1, 2, 3, 1, 2, 3], 6))]);
            y = _g.Node("Add", [y, _g.CausalConv(norm, 6, 6, 2, dilation)]);
        }

        using var streamed = Streamed.Check(_g.Output(y), steps: 40);
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Stack_whose_ends_are_chomped_layer_by_layer()
    {
        var y = _x;
        var channels = 3;
        foreach (var dilation in new[] { 1, 2, 4 })
        {
            var h = _g.Slice(_g.Conv(y, channels, 5, 3, 2 * dilation, 2 * dilation, dilation), 2, 0, -2 * dilation);
            var skip = channels == 5 ? y : _g.Conv(y, channels, 5, 1);
            (y, channels) = (_g.Node("Relu", [_g.Node("Add", [h, skip])]), 5);
        }

        using var streamed = Streamed.Check(_g.Output(y), steps: 30);
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Residual_branch_is_delayed_to_meet_right_context()
    {
        var y = _g.Node("Add", [_g.Conv(_x, 3, 3, 5, left: 2, right: 2), _x]);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Add", [y, _g.Conv(y, 3, 3, 3, left: 1, right: 1)])));
        Assert.Equal(3, streamed.Delay);
    }

    [Fact]
    public void Residual_branch_without_padding_is_cropped()
    {
        var y = _g.Conv(_x, 3, 3, 5);
        Streamed.Check(_g.Output(_g.Node("Add", [y, _g.Slice(_x, 2, 4, int.MaxValue)]))).Dispose();
    }

    [Fact]
    public void Centre_crop_of_the_residual_branch()
    {
        var y = _g.Conv(_x, 3, 3, 5);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Add", [y, _g.Slice(_x, 2, 2, -2)])));
        Assert.Equal(4, streamed.Delay);
    }

    [Fact]
    public void Strided_branches_meet_at_their_rate()
    {
        string a = _g.CausalConv(_x, 3, 4, 3, stride: 2), b = _g.Conv(_x, 3, 4, 1, stride: 2);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Add", [a, b])));
        Assert.Equal(2, streamed.Rate);
    }

    [Fact]
    public void Strided_branches_of_different_phase_meet()
    {
        string a = _g.Conv(_x, 3, 4, 4, stride: 2), b = _g.Slice(_g.Conv(_x, 3, 4, 1, stride: 2), 2, 0, -1);
        Streamed.Check(_g.Output(_g.Node("Add", [a, b]))).Dispose();
    }

    [Theory]
    [InlineData("MaxPool", 2, 2, 0)]
    [InlineData("MaxPool", 3, 1, 2)]
    [InlineData("MaxPool", 3, 2, 1)]
    [InlineData("AveragePool", 4, 2, 0)]
    [InlineData("AveragePool", 3, 3, 0)]
    public void Pooling(string op, long kernel, long stride, long left)
    {
        var y = _g.Node(op, [_x], ("kernel_shape", (long[])[kernel]), ("strides", (long[])[stride]), ("pads", (long[])[left, 0]));
        using var streamed = Streamed.Check(_g.Output(y));
        Assert.Equal((int)stride, streamed.Rate);
    }

    [Fact]
    public void Average_that_counts_its_padding()
    {
        var y = _g.Node("AveragePool", [_x], ("kernel_shape", (long[])[3]), ("pads", (long[])[2, 0]), ("count_include_pad", 1L));
        Streamed.Check(_g.Output(y)).Dispose();
    }

    [Fact]
    public void Average_that_leaves_its_padding_out()
    {
        var y = _g.Node("AveragePool", [_x], ("kernel_shape", (long[])[3]), ("pads", (long[])[2, 0]));
        Streamed.Check(_g.Output(y)).Dispose();
    }

    [Fact]
    public void Automatic_padding_at_both_ends()
    {
        var y = _g.Node("Conv", [_x, _g.Weights([4, 3, 3])], ("kernel_shape", (long[])[3]), ("auto_pad", "SAME_UPPER"));
        using var streamed = Streamed.Check(_g.Output(y));
        Assert.Equal(1, streamed.Delay);
    }

    [Fact]
    public void Automatic_padding_with_a_stride_is_refused()
    {
        var y = _g.Node("Conv", [_x, _g.Weights([4, 3, 3])], ("kernel_shape", (long[])[3]), ("auto_pad", "SAME_UPPER"),
            ("strides", (long[])[2]));
        var error = Streamed.Refused(_g.Output(y));
        Assert.Equal(ErrorCodes.NotCausal, error.Code);
        Assert.Contains("Conv_", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_dimensions_with_time_as_height()
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, 2, "time", 6);
        var y = g.Node("Conv", [x, g.Weights([4, 2, 3, 3]), g.Weights([4])],
            ("kernel_shape", (long[])[3, 3]), ("pads", (long[])[2, 1, 0, 1]), ("strides", (long[])[2, 2]));
        using var streamed = Streamed.Check(g.Output(g.Node("Relu", [y])));
        Assert.Equal(2, streamed.Rate);
    }

    [Fact]
    public void Two_dimensions_with_time_as_width_then_pooled_over_the_bands()
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, 1, 8, "time");
        var y = g.Node("Conv", [x, g.Weights([4, 1, 3, 3]), g.Weights([4])], ("kernel_shape", (long[])[3, 3]),
            ("pads", (long[])[1, 2, 1, 0]));
        var pooled = g.Node("MaxPool", [y], ("kernel_shape", (long[])[2, 1]), ("strides", (long[])[2, 1]));
        Streamed.Check(g.Output(g.Reshape(pooled, 1, 16, -1))).Dispose();
    }

    [Fact]
    public void Gated_activation_of_split_channels()
    {
        var halves = _g.Node("Split", [_g.CausalConv(_x, 3, 8, 2)], 2, ("axis", 1L));
        Streamed.Check(_g.Output(_g.Node("Mul", [_g.Node("Tanh", [halves[0]]), _g.Node("Sigmoid", [halves[1]])]))).Dispose();
    }

    [Fact]
    public void Normalisation_over_channels_between_transposes()
    {
        var y = _g.LayerNorm(_g.Transpose(_g.CausalConv(_x, 3, 4, 3), 0, 2, 1), 4);
        Streamed.Check(_g.Output(_g.CausalConv(_g.Transpose(y, 0, 2, 1), 4, 2, 2))).Dispose();
    }

    [Fact]
    public void Padding_that_repeats_elements_along_time_is_refused()
    {
        var padded = new GraphBuilder(opset: 19);
        var x = padded.Input("x", 1, 3, "time");
        var error = Streamed.Refused(padded.Output(padded.Node("Pad", [x, padded.Ints(0, 0, 2, 0, 0, 0)], ("mode", "wrap"))));
        Assert.Equal(ErrorCodes.NotCausal, error.Code);
        Assert.Contains("'Pad_", error.Message, StringComparison.Ordinal);
        Assert.Contains("wrap", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Convolution_over_stacked_frames()
    {
        // [1, 3, T] cut into the current and the two previous elements by shifted slices of a padded input.
        var padded = _g.Node("Pad", [_x, _g.Ints(0, 0, 2, 0, 0, 0)]);
        var stacked = _g.Node("Concat", [_g.Slice(padded, 2, 0, -2), _g.Slice(padded, 2, 1, -1), _x], ("axis", 1L));
        using var streamed = Streamed.Check(_g.Output(_g.Conv(stacked, 9, 4, 1)));
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Difference_of_neighbours()
    {
        var difference = _g.Node("Sub", [_g.Slice(_x, 2, 1, int.MaxValue), _g.Slice(_x, 2, 0, -1)]);
        Streamed.Check(_g.Output(difference)).Dispose();
    }

    [Fact]
    public void Normalisation_over_all_time_is_refused()
    {
        var y = _g.Node("InstanceNormalization", [_g.CausalConv(_x, 3, 4, 3), _g.Weights([4]), _g.Weights([4])]);
        var error = Streamed.Refused(_g.Output(y));
        Assert.Equal(ErrorCodes.NotCausal, error.Code);
        Assert.Contains("InstanceNormalization_", error.Message, StringComparison.Ordinal);
        Assert.Contains("window", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Padding_with_the_first_element(int stride)
    {
        var x = _g.Node("Pad", [_x, _g.Ints(0, 0, 3, 0, 0, 1)], ("mode", "edge"));
        using var streamed = Streamed.Check(_g.Output(_g.Conv(x, 3, 4, 4, stride: stride)));
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Padding_with_the_first_element_given_out() =>
        Streamed.Check(_g.Output(_g.Node("Tanh", [_g.Node("Pad", [_x, _g.Ints(0, 0, 3, 0, 0, 0)], ("mode", "edge"))]))).Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void What_right_context_holds_comes_out_by_a_flush(int stride, int dilation)
    {
        var first = _g.Node("Tanh", [_g.Conv(_x, 3, 4, 3, left: dilation, right: dilation, dilation: dilation, stride: stride)]);
        var second = _g.Node("Add", [first, _g.Conv(_g.Node("Relu", [first]), 4, 4, 5, left: 2, right: 2)]);
        using var streamed = Streamed.Check(_g.Output(_g.Node("Sigmoid", [second])), steps: 25);
        Assert.Equal(dilation + 2 * stride, streamed.Model.FlushSteps);
    }

    [Fact]
    public void Padding_at_the_end_by_a_node_or_in_a_pool_comes_out_by_a_flush()
    {
        var padded = _g.Node("Pad", [_x, _g.Ints(0, 0, 1, 0, 0, 2), _g.Scalar(0.5f)]);
        var y = _g.Node("MaxPool", [_g.Conv(padded, 3, 4, 3)], ("kernel_shape", (long[])[3]), ("pads", (long[])[1, 1]));
        using var streamed = Streamed.Check(_g.Output(_g.Node("Tanh", [y])));
        Assert.Equal(3, streamed.Model.FlushSteps);
    }

    [Fact]
    public void The_last_elements_of_a_transposed_convolution_come_out_by_a_flush()
    {
        var y = _g.Node("ConvTranspose", [_x, _g.Weights([3, 2, 4]), _g.Weights([2])], ("pads", (long[])[1, 0]));
        using var streamed = Streamed.Check(_g.Output(_g.Node("Tanh", [y])));
        Assert.Equal(3, streamed.Model.FlushSteps);
    }

    [Fact]
    public void An_end_that_is_not_known_gives_nothing()
    {
        var y = _g.Node("AveragePool", [_x], ("kernel_shape", (long[])[3]), ("pads", (long[])[1, 1]));
        using var streamed = Streamed.Check(_g.Output(_g.Node("Tanh", [y])));
        Assert.Equal((1, 0), (streamed.Delay, streamed.Model.FlushSteps));
    }

    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(4, 2, 1)]
    [InlineData(5, 3, 0)]
    [InlineData(3, 1, 0)]
    public void Transposed_convolution_of_a_decimated_sequence(int kernel, int stride, int pad)
    {
        var slow = _g.Node("Relu", [_g.Conv(_x, 3, 4, stride, stride: stride)]);
        var y = _g.Node("ConvTranspose", [slow, _g.Weights([4, 2, kernel]), _g.Weights([2])], ("strides", (long[])[stride]),
            ("pads", (long[])[pad, pad]));
        using var streamed = Streamed.Check(_g.Output(_g.Node("Tanh", [y])), steps: 30);
        Assert.Equal(1, streamed.Rate);
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(3, 3)]
    [InlineData(5, 2)]
    public void Masked_blocks_are_added_where_they_came_from(int kernel, int stride)
    {
        var g = new GraphBuilder(opset: 18);
        var x = g.Input("x", 1, 3, "time");
        var blocks = g.Node("Relu", [g.Conv(x, 3, 2 * kernel, kernel, stride: stride)]);
        var last = g.Node("Sub", [g.Node("Shape", [blocks], ("start", 2L)), g.Ints(1)]);
        var width = g.Node("Add", [g.Node("Mul", [last, g.Ints(stride)]), g.Ints(kernel)]);
        var y = g.Node("Col2Im", [blocks, g.Node("Concat", [g.Ints(1), width], ("axis", 0L)), g.Ints(1, kernel)],
            ("strides", (long[])[1, stride]));
        using var streamed = Streamed.Check(g.Output(g.Node("Tanh", [g.Node("Squeeze", [y, g.Ints(2)])])), steps: 30);
        Assert.Equal(1, streamed.Rate);
    }

    [Fact]
    public void Elements_of_a_decimated_sequence_are_repeated()
    {
        var slow = _g.Conv(_x, 3, 4, 3, stride: 4);
        var y = _g.Node("Resize", [slow, "", _g.Constant(OnnxTensor.FromFloats([1, 1, 2], 3))], ("mode", "nearest"),
            ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        using var streamed = Streamed.Check(_g.Output(_g.Conv(y, 4, 2, 2)), steps: 40);
        Assert.Equal(2, streamed.Rate);
    }

    [Theory]
    [InlineData(2, 1, 3, 1, 1, 0)]
    [InlineData(4, 2, 2, 2, 1, 0)]
    [InlineData(4, 1, 5, 3, 2, 2)]
    [InlineData(1, 2, 4, 2, 1, 1)]
    public void Transposed_convolution_with_groups_dilations_and_output_padding(int groups, int dilation, int kernel, int stride, int pad,
        int extra)
    {
        var slow = _g.Conv(_x, 3, 4, stride, stride: stride);
        var y = _g.Node("ConvTranspose", [slow, _g.Weights([4, 2, kernel]), _g.Weights([2 * groups])], ("strides", (long[])[stride]),
            ("pads", (long[])[pad, pad]), ("group", groups), ("dilations", (long[])[dilation]), ("output_padding", (long[])[extra]));
        using var streamed = Streamed.Check(_g.Output(_g.Node("Tanh", [y])), steps: 30);
        Assert.Equal(1, streamed.Rate);
    }

    [Fact]
    public void Transposed_convolution_of_several_sequences_at_once()
    {
        var slow = _g.Conv(_x, 3, 4, 2, stride: 2);
        var two = _g.Node("Concat", [slow, _g.Node("Tanh", [slow])], ("axis", 0L));
        var y = _g.Node("ConvTranspose", [two, _g.Weights([4, 2, 4]), _g.Weights([2])], ("strides", (long[])[2]),
            ("pads", (long[])[1, 1]));
        Streamed.Check(_g.Output(y)).Dispose();
    }

    [Theory]
    [InlineData(2, true, 1, 1, 2, 0)]
    [InlineData(1, true, 4, 2, 1, 1)]
    [InlineData(3, false, 2, 3, 1, 0)]
    [InlineData(2, false, 1, 2, 2, 1)]
    public void Transposed_convolution_over_frequencies(int frames, bool timeIsHeight, int groups, int stride, int dilation, int extra)
    {
        using var streamed = Streamed.Check(OverFrequencies(frames, timeIsHeight, groups, stride, dilation, extra));
        Assert.Equal(0, streamed.Delay);
    }

    /// <summary>[1, 4, time, 5] or [1, 4, 5, time], whose frequencies are spread by a stride.</summary>
    private static GraphBuilder OverFrequencies(int frames, bool timeIsHeight, int groups, int stride, int dilation, int extra)
    {
        var g = new GraphBuilder();
        long[] Pair(long time, long other) => timeIsHeight ? [time, other] : [other, time];
        OnnxDimension[] dims = timeIsHeight ? ["batch", 4, "time", 5] : ["batch", 4, 5, "time"];
        var y = g.Node("ConvTranspose",
            [g.Input("x", dims), g.Weights([4, 3, .. Pair(frames, 3)]), g.Weights([3 * groups])],
            ("strides", Pair(1, stride)), ("dilations", Pair(1, dilation)), ("group", groups), ("output_padding", Pair(0, extra)),
            ("pads", (long[])[.. Pair(0, 1), .. Pair(frames - 1, 1)]));
        return g.Output(g.Node("Tanh", [y]));
    }
}
