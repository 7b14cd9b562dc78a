using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Onnx;

public sealed class FusedRulesTests
{
    [Fact]
    public void A_fused_product_is_transpose_matmul_and_mul()
    {
        var builder = Builder();
        var x = builder.Input("x", 2, 4, 3);
        builder.Output(builder.Node(
            "com.microsoft::FusedMatMul", [x, builder.Weights([5, 4])], ("transA", 1L), ("transB", 1L), ("alpha", 0.25f)));

        AssertSameWithStandardOps(builder, [2, 4, 3], "Transpose", "Transpose", "MatMul", "Mul");
    }

    [Fact]
    public void A_fused_gemm_is_gemm_and_its_activation()
    {
        var builder = Builder();
        builder.Output(builder.Node(
            "com.microsoft::FusedGemm",
            [builder.Input("x", 2, 3), builder.Weights([4, 3]), builder.Weights([4])],
            ("transB", 1L), ("activation", "LeakyRelu"), ("activation_alpha", 0.3f)));

        AssertSameWithStandardOps(builder, [2, 3], "Gemm", "LeakyRelu");
    }

    [Fact]
    public void A_fused_convolution_is_conv_addition_and_activation()
    {
        var builder = Builder();
        var x = builder.Input("x", 1, 2, 5, 5);
        builder.Output(builder.Node(
            "com.microsoft::FusedConv",
            [x, builder.Weights([2, 2, 1, 1]), builder.Weights([2]), x],
            ("kernel_shape", new long[] { 1, 1 }), ("activation", "Relu")));

        AssertSameWithStandardOps(builder, [1, 2, 5, 5], "Conv", "Add", "Relu");
    }

    [Fact]
    public void A_domains_own_pad_is_pad()
    {
        var builder = Builder();
        builder.Output(builder.Node("com.microsoft::Pad", [builder.Input("x", 2, 3), builder.Ints(0, 1, 2, 0), builder.Scalar(0.5f)]));
        AssertSameWithStandardOps(builder, [2, 3], "Pad");
    }

    [Fact]
    public void A_domains_own_triangle_is_trilu()
    {
        var builder = Builder();
        builder.Output(builder.Node("com.microsoft::Trilu", [builder.Input("x", 4, 4), builder.Constant(OnnxTensor.Scalar(1L))],
            ("upper", 0L)));
        AssertSameWithStandardOps(builder, [4, 4], "Trilu");
    }

    [Fact]
    public void A_domains_own_gather_by_tuples_is_gather_nd()
    {
        var builder = Builder();
        var tuples = builder.Constant(OnnxTensor.FromInts([0, 1, 1, 2], 2, 2));
        builder.Output(builder.Node("com.microsoft::GatherND", [builder.Input("x", 2, 3), tuples]));
        AssertSameWithStandardOps(builder, [2, 3], "GatherND");
    }

    [Fact]
    public void A_domains_own_range_is_range()
    {
        var builder = Builder();
        var range = builder.Node("com.microsoft::Range", [builder.Scalar(0.5f), builder.Scalar(3.5f), builder.Scalar(1)]);
        builder.Output(builder.Node("Add", [builder.Input("x", 2, 3), range]));
        AssertSameWithStandardOps(builder, [2, 3], "Range", "Add");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_dimension_of_one_by_an_int32_is_unsqueeze(int axis)
    {
        var builder = Builder();
        var place = builder.Constant(new OnnxTensor(OnnxElementType.Int32, [], BitConverter.GetBytes(axis)));
        builder.Output(builder.Node("com.microsoft::ExpandDims", [builder.Input("x", 2, 3), place]));
        AssertSameWithStandardOps(builder, [2, 3], "Unsqueeze");
    }

    private static GraphBuilder Builder() => new GraphBuilder().Domain("com.microsoft", 1);

    private static void AssertSameWithStandardOps(GraphBuilder builder, long[] shape, params string[] opTypes)
    {
        var x = new Dictionary<string, OnnxTensor> { ["x"] = GraphBuilder.Random(new Random(5), shape) };
        using var original = OrtSession.Open(builder.Build(), optimized: false);
        var graph = builder.Load().Graph;
        using var written = OrtSession.Open(graph, optimized: false);

        Assert.Equal(opTypes, graph.Nodes.Select(node => node.OpType));
        Assert.All(graph.Nodes, node => Assert.Empty(node.Domain));
        TensorAssert.Equal(original.Run(x), written.Run(x), tolerance: 1e-6f);
    }
}
