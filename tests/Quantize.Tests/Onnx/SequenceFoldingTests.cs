using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Onnx;

public sealed class SequenceFoldingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_list_that_is_joined_becomes_concat(long newAxis)
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", 2, 6);
        var list = builder.Node("SequenceConstruct", [x, builder.Node("Neg", [x])]);
        var longer = builder.Node("SequenceInsert", [list, builder.Node("Exp", [x]), builder.Constant(OnnxTensor.Scalar(-1L))]);
        builder.Output(builder.Node("ConcatFromSequence", [longer], ("axis", 1L), ("new_axis", newAxis)), "y");

        AssertFoldsWithoutSequences(builder);
    }

    [Fact]
    public void An_element_taken_from_the_end_of_a_list_is_that_wire()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", 2, 6);
        var list = builder.Node("SequenceConstruct", [x, builder.Node("Neg", [x])]);
        builder.Output(builder.Node("SequenceAt", [list, builder.Constant(OnnxTensor.Scalar(-1L))]), "y");

        AssertFoldsWithoutSequences(builder);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(4L)]
    public void Parts_of_equal_size_become_split(long? size)
    {
        var builder = new GraphBuilder();
        string[] lengths = size is { } value ? [builder.Constant(OnnxTensor.Scalar(value))] : [];
        var keepDims = size is null ? 0L : 1L;
        var parts = builder.Node("SplitToSequence", [builder.Input("x", 2, 6), .. lengths], ("axis", 1L), ("keepdims", keepDims));
        builder.Output(builder.Node("SequenceAt", [parts, builder.Constant(OnnxTensor.Scalar(1L))]), "y");

        AssertFoldsWithoutSequences(builder);
    }

    [Fact]
    public void Parts_of_given_sizes_become_split_even_over_an_open_dimension()
    {
        var builder = new GraphBuilder();
        var parts = builder.Node("SplitToSequence", [builder.Input("x", 2, "features"), builder.Ints(2, 4)], ("axis", 1L));
        var count = builder.Node("Cast", [builder.Node("SequenceLength", [parts])], ("to", (long)OnnxElementType.Float32));
        var second = builder.Node("SequenceAt", [parts, builder.Constant(OnnxTensor.Scalar(1L))]);
        builder.Output(builder.Node("Mul", [second, count]), "y");

        AssertFoldsWithoutSequences(builder);
    }

    [Theory]
    [InlineData(1L)]
    [InlineData(0L)]
    public void Slices_along_an_open_dimension_are_taken_from_the_tensor(long keepDims)
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", 2, "time");
        var slices = builder.Node("SplitToSequence", [x], ("axis", 1L), ("keepdims", keepDims));
        var count = builder.Node("Cast", [builder.Node("SequenceLength", [slices])], ("to", (long)OnnxElementType.Float32));
        builder.Output(builder.Node("Mul", [builder.Node("SequenceAt", [slices, builder.Constant(OnnxTensor.Scalar(2L))]), count]), "y");

        AssertFoldsWithoutSequences(builder);
    }

    [Fact]
    public void Slices_joined_along_another_axis_are_the_tensor_transposed()
    {
        var builder = new GraphBuilder();
        var slices = builder.Node("SplitToSequence", [builder.Input("x", 2, "time")], ("axis", 1L), ("keepdims", 0L));
        builder.Output(builder.Node("ConcatFromSequence", [slices], ("axis", 0L), ("new_axis", 1L)), "y");

        AssertFoldsWithoutSequences(builder);
    }

    [Fact]
    public void A_list_of_unknown_length_stays()
    {
        var builder = new GraphBuilder();
        var parts = builder.Node("SplitToSequence", [builder.Input("x", 2, "features")], ("axis", 1L));
        builder.Output(builder.Node("ConcatFromSequence", [parts], ("axis", 0L)), "y");

        var folded = ConstantFolding.Fold(builder.Build());

        Assert.Equal(["SplitToSequence", "ConcatFromSequence"], folded.Nodes.Select(node => node.OpType));
    }

    private static void AssertFoldsWithoutSequences(GraphBuilder builder)
    {
        var x = new Dictionary<string, OnnxTensor> { ["x"] = GraphBuilder.Random(new Random(3), [2, 6]) };

        var folded = ConstantFolding.Fold(builder.Build());

        Assert.DoesNotContain(folded.Nodes, node => node.OpType.Contains("Sequence", StringComparison.Ordinal));
        TensorAssert.Equal(OrtEvaluator.Evaluate(builder.Build(), x, ["y"]), OrtEvaluator.Evaluate(folded, x, ["y"]));
    }
}
