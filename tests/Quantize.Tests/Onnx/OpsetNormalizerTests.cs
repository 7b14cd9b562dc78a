using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Opsets;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Onnx;

/// <summary>Every op that changed between operator sets: the canonical form has the new spelling and gives the old form's values.</summary>
public sealed class OpsetNormalizerTests
{
    private static readonly string[] Reductions =
    [
        "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare",
    ];

    public static TheoryData<long, string> OldReductions => [.. Reductions.Select(op => (17L, op)), (12L, "ReduceSum")];

    [Theory]
    [MemberData(nameof(OldReductions))]
    public void Axes_of_reductions_become_an_input(long opset, string opType)
    {
        var builder = new GraphBuilder(opset);
        var squares = builder.Node("Exp", [builder.Input("x", 2, 3, 4)]);
        builder.Output(builder.Node(opType, [squares], ("axes", new long[] { -1 }), ("keepdims", 0L)));

        var node = AssertSameValues(builder, [2, 3, 4]).Nodes[1];

        Assert.False(node.Has("axes"));
        Assert.Equal(2, node.Inputs.Count);
    }

    [Theory]
    [InlineData("Squeeze")]
    [InlineData("Unsqueeze")]
    public void Axes_of_squeeze_and_unsqueeze_become_an_input(string opType)
    {
        var builder = new GraphBuilder(opset: 12);
        builder.Output(builder.Node(opType, [builder.Input("x", 1, 2, 3)], ("axes", new long[] { 0 })));

        var graph = AssertSameValues(builder, [1, 2, 3]);

        Assert.Equal([0L], graph.IntsFromAttributeOrInput(graph.Nodes[0], "axes", 1)!);
    }

    [Fact]
    public void Split_sizes_become_an_input()
    {
        var builder = new GraphBuilder(opset: 11);
        var parts = builder.Node("Split", [builder.Input("x", 2, 6)], 2, ("axis", 1L), ("split", new long[] { 2, 4 }));
        builder.Output(parts[0]).Output(parts[1]);

        var graph = AssertSameValues(builder, [2, 6]);

        Assert.Equal([2L, 4L], graph.Constant(graph.Nodes[0].Input(1))!.ToInts());
    }

    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    public void Split_into_equal_parts_says_how_many(long opset)
    {
        var builder = new GraphBuilder(opset);
        var parts = builder.Node("Split", [builder.Input("x", 2, 6)], 3, ("axis", 1L));
        builder.Output(parts[0]).Output(parts[1]).Output(parts[2]);

        Assert.Equal(3, AssertSameValues(builder, [2, 6]).Nodes[0].Int("num_outputs"));
    }

    [Fact]
    public void Slice_bounds_become_inputs()
    {
        var builder = new GraphBuilder(opset: 9);
        builder.Output(builder.Node(
            "Slice",
            [builder.Input("x", 3, 5)],
            ("axes", new long[] { 1 }), ("starts", new long[] { 1 }), ("ends", new long[] { 9223372036854775807 })));

        var graph = AssertSameValues(builder, [3, 5]);

        Assert.Equal([1L], graph.Constant(graph.Nodes[0].Input(1))!.ToInts());
        Assert.Equal([1L], graph.Constant(graph.Nodes[0].Input(3))!.ToInts());
    }

    [Fact]
    public void Pads_and_pad_value_become_inputs()
    {
        var builder = new GraphBuilder(opset: 10);
        builder.Output(builder.Node("Pad", [builder.Input("x", 2, 3)], ("pads", new long[] { 0, 2, 0, 1 }), ("value", 1.5f)));

        var graph = AssertSameValues(builder, [2, 3]);

        Assert.Equal([1.5f], graph.Constant(graph.Nodes[0].Input(2))!.ToFloats());
    }

    [Fact]
    public void A_single_clip_bound_leaves_the_other_absent()
    {
        var builder = new GraphBuilder(opset: 10);
        builder.Output(builder.Node("Clip", [builder.Input("x", 4)], ("max", 0.25f)));

        var node = AssertSameValues(builder, [4]).Nodes[0];

        Assert.Null(node.Input(1));
        Assert.NotNull(node.Input(2));
    }

    [Fact]
    public void The_count_of_topk_becomes_an_input()
    {
        var builder = new GraphBuilder(opset: 9);
        var outputs = builder.Node("TopK", [builder.Input("x", 2, 5)], 2, ("k", 3L));
        builder.Output(outputs[0]).Output(outputs[1]);

        AssertSameValues(builder, [2, 5]);
    }

    [Fact]
    public void Upsample_becomes_resize()
    {
        var builder = new GraphBuilder(opset: 9);
        var scales = builder.Constant(OnnxTensor.FromFloats([1, 1, 2, 3], 4));
        builder.Output(builder.Node("Upsample", [builder.Input("x", 1, 1, 2, 2), scales], ("mode", "nearest")));

        Assert.Equal("Resize", AssertSameValues(builder, [1, 1, 2, 2]).Nodes[0].OpType);
    }

    [Theory]
    [InlineData("nearest")]
    [InlineData("linear")]
    public void Resize_of_operator_set_10_keeps_its_coordinates(string mode)
    {
        var builder = new GraphBuilder(opset: 10);
        var scales = builder.Constant(OnnxTensor.FromFloats([1, 1, 2, 1.5f], 4));
        builder.Output(builder.Node("Resize", [builder.Input("x", 1, 1, 4, 6), scales], ("mode", mode)));

        AssertSameValues(builder, [1, 1, 4, 6]);
    }

    [Theory]
    [InlineData("Softmax")]
    [InlineData("LogSoftmax")]
    [InlineData("Hardmax")]
    public void Old_softmax_over_the_last_axis_is_the_new_one(string opType)
    {
        var builder = new GraphBuilder(opset: 11);
        builder.Output(builder.Node(opType, [builder.Input("x", "batch", 5)]));

        Assert.Equal([opType], AssertSameValues(builder, [3, 5]).Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void Old_softmax_over_several_axes_flattens_them()
    {
        var builder = new GraphBuilder(opset: 11);
        builder.Output(builder.Node("Softmax", [builder.Input("x", 2, 3, 4)], ("axis", 1L)));

        Assert.Contains("Flatten", AssertSameValues(builder, [2, 3, 4]).Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void Old_softmax_with_one_large_axis_needs_no_flattening()
    {
        var builder = new GraphBuilder(opset: 11);
        builder.Output(builder.Node("Softmax", [builder.Input("x", 2, 3, 1)], ("axis", 1L)));

        Assert.Equal(1, AssertSameValues(builder, [2, 3, 1]).Nodes.Single().Int("axis"));
    }

    [Fact]
    public void Old_softmax_inside_a_branch_is_normalised_too()
    {
        var builder = new GraphBuilder(opset: 11);
        var x = builder.Input("x", 2, 3, 4);
        var condition = builder.Node("Less", [builder.Node("ReduceMax", [x], ("keepdims", 0L)), builder.Scalar(0.5f)]);
        var yes = builder.Subgraph("yes", branch => [branch.Node("Softmax", [x], ("axis", 1L))]);
        var no = builder.Subgraph("no", branch => [branch.Node("Neg", [x])]);
        builder.Output(builder.Node("If", [condition], ("then_branch", yes), ("else_branch", no)));

        AssertSameValues(builder, [2, 3, 4]);
    }

    [Theory]
    [InlineData(9, 5, 0)]
    [InlineData(15, 3, 1)]
    public void Batch_normalization_in_training_is_refused(long opset, int outputs, long trainingMode)
    {
        var builder = new GraphBuilder(opset);
        string[] inputs = [builder.Input("x", 1, 2, 3), .. Enumerable.Range(0, 4).Select(_ => builder.Weights([2]))];
        builder.Output(builder.Node("BatchNormalization", inputs, outputs, ("training_mode", trainingMode))[0]);

        var error = Assert.Throws<EdgeSeqException>(builder.Load);

        Assert.Equal(ErrorCodes.UnsupportedOnnxFeature, error.Code);
        Assert.Contains("BatchNormalization_", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dropout_passes_its_input_and_a_mask_that_keeps_all()
    {
        var builder = new GraphBuilder(opset: 13);
        var outputs = builder.Node("Dropout", [builder.Input("x", 2, 3), builder.Scalar(0.3f)], 2);
        builder.Output(outputs[0]).Output(outputs[1]);

        Assert.DoesNotContain("Dropout", AssertSameValues(builder, [2, 3]).Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void Group_normalization_of_one_scale_a_group_gets_one_a_channel()
    {
        var builder = new GraphBuilder(opset: 18);
        string[] inputs =
        [
            builder.Input("x", 1, 6, 4),
            builder.Constant(OnnxTensor.FromFloats([2, 3], 2)),
            builder.Constant(OnnxTensor.FromFloats([-1, 1], 2)),
        ];
        builder.Output(builder.Node("GroupNormalization", inputs, ("num_groups", 2L)));

        AssertSameValues(builder, [1, 6, 4]);
    }

    [Fact]
    public void The_axis_of_dft_becomes_an_input()
    {
        var builder = new GraphBuilder(opset: 17);
        builder.Output(builder.Node("DFT", [builder.Input("x", 1, 8, 3, 1)], ("axis", 1L)));

        AssertSameValues(builder, [1, 8, 3, 1]);
    }

    [Fact]
    public void The_canonical_graph_says_its_version()
    {
        var builder = new GraphBuilder(opset: 9);
        builder.Output(builder.Node("Relu", [builder.Input("x", 1)]));

        Assert.Equal(OpsetNormalizer.CanonicalVersion, builder.Load().Graph.Opsets[""]);
    }

    /// <summary>Runs the graph as written and as read on the same random input, and gives the one that was read.</summary>
    private static OnnxGraph AssertSameValues(GraphBuilder builder, long[] shape)
    {
        var inputs = new Dictionary<string, OnnxTensor> { ["x"] = GraphBuilder.Random(new Random(7), shape) };
        using var original = OrtSession.Open(builder.Build(), optimized: false);
        var graph = builder.Load().Graph;
        using var normalized = OrtSession.Open(graph, optimized: false);

        TensorAssert.Equal(original.Run(inputs), normalized.Run(inputs), tolerance: 1e-6f);
        return graph;
    }
}
