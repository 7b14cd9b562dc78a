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
