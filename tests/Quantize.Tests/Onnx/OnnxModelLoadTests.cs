using System.Text;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using Google.Protobuf;

namespace EdgeSeq.Quantize.Tests.Onnx;

public sealed class OnnxModelLoadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_does_not_exist_is_named()
    {
        var error = Assert.Throws<EdgeSeqException>(() => OnnxModel.Load(_folder.File("missing.onnx")));

        Assert.Equal(ErrorCodes.FileMissing, error.Code);
        Assert.Contains("missing.onnx", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PK\u0003\u0004 a zip archive")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00")]
    [InlineData("<!DOCTYPE html>")]
    public void Something_else_than_onnx_is_told_apart(string content) =>
        Assert.Equal(ErrorCodes.NotOnnx, ErrorOf(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void A_model_cut_anywhere_is_reported_as_truncated_or_without_graph()
    {
        var bytes = SmallModel().ToBytes();
        for (var length = 1; length < bytes.Length; length++)
        {
            var error = ErrorOf(bytes[..length]);
            Assert.True(
                error == ErrorCodes.OnnxTruncated || error == ErrorCodes.NotOnnx || error == ErrorCodes.OpsetUnsupported,
                $"{error} at {length} of {bytes.Length}");
        }
    }

    [Fact]
    public void A_truncated_model_says_where_it_ends()
    {
        var bytes = SmallModel().ToBytes();
        var path = _folder.Write("cut.onnx", bytes[..(bytes.Length / 2)]);

        var error = Assert.Throws<EdgeSeqException>(() => OnnxModel.Load(path));

        Assert.Equal(ErrorCodes.OnnxTruncated, error.Code);
        Assert.Contains($"ends at byte {bytes.Length / 2}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Operator_set_6_is_too_old()
    {
        var builder = new GraphBuilder(opset: 6);
        builder.Output(builder.Node("Relu", [builder.Input("x", 1)]));

        Assert.Equal(ErrorCodes.OpsetUnsupported, ErrorOf(builder.ToBytes()));
    }

    [Fact]
    public void Operator_set_7_is_supported()
    {
        var builder = new GraphBuilder(opset: 7);
        builder.Output(builder.Node("Relu", [builder.Input("x", 1)]));

        Assert.Equal(7, builder.Load().Opset);
    }

    [Theory]
    [InlineData(27)]
    [InlineData(10_000)]
    public void A_newer_operator_set_is_refused_by_number(int opset)
    {
        var builder = new GraphBuilder(opset);
        builder.Output(builder.Node("Relu", [builder.Input("x", 1)]));

        var error = Assert.Throws<EdgeSeqException>(() => builder.Load());
        Assert.Equal(ErrorCodes.OpsetUnsupported, error.Code);
        Assert.Contains($"operator set {opset}", error.Message, StringComparison.Ordinal);
        Assert.Contains("opset_version=26", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(26)]
    public void The_newest_operator_sets_are_supported(int opset)
    {
        var builder = new GraphBuilder(opset);
        builder.Output(builder.Node("Relu", [builder.Input("x", 1)]));
        Assert.Equal(opset, builder.Load().Opset);
    }

    [Fact]
    public void A_wire_that_nothing_defines_is_named_with_its_reader()
    {
        var builder = new GraphBuilder();
        builder.Output(builder.Node("Add", [builder.Input("x", 1), "nowhere"]));

        var error = Assert.Throws<EdgeSeqException>(builder.Load);

        Assert.Equal(ErrorCodes.OnnxGraphInvalid, error.Code);
        Assert.Contains("node 'Add_0' (Add) reads 'nowhere'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_in_a_circle_are_refused()
    {
        var builder = new GraphBuilder();
        var first = builder.Node("Add", [builder.Input("x", 1), "Relu_1_out"]);
        builder.Output(builder.Node("Relu", [first]));

        Assert.Equal(ErrorCodes.OnnxGraphInvalid, ErrorOf(builder.ToBytes()));
    }

    [Fact]
    public void Nodes_out_of_order_are_sorted()
    {
        var builder = new GraphBuilder();
        var last = builder.Node("Relu", ["Neg_1_out"]);
        builder.Node("Neg", [builder.Input("x", 1)]);
        builder.Output(last);

        Assert.Equal(["Neg", "Relu"], builder.Load().Graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void A_wire_defined_twice_is_refused()
    {
        var model = OnnxWriter.ToProto(SmallModel().Build());
        model.Graph.Node.Add(model.Graph.Node[0].Clone());

        Assert.Equal(ErrorCodes.OnnxGraphInvalid, ErrorOf(model.ToByteArray()));
    }

    [Fact]
    public void A_tensor_with_too_few_bytes_is_refused()
    {
        var model = OnnxWriter.ToProto(SmallModel().Build());
        model.Graph.Initializer[0].RawData = ByteString.CopyFrom(1, 2, 3);

        Assert.Equal(ErrorCodes.OnnxTensorInvalid, ErrorOf(model.ToByteArray()));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(1L << 33)]
    public void A_tensor_of_absurd_size_is_refused(long size)
    {
        var model = OnnxWriter.ToProto(SmallModel().Build());
        model.Graph.Initializer[0].Dims[0] = size;

        Assert.Equal(ErrorCodes.OnnxTooLarge, ErrorOf(model.ToByteArray()));
    }

    [Fact]
    public void Dimensions_whose_product_overflows_are_refused()
    {
        var model = OnnxWriter.ToProto(SmallModel().Build());
        model.Graph.Initializer[0].Dims.Clear();
        model.Graph.Initializer[0].Dims.Add([1L << 31, 1L << 31, 1L << 31]);

        Assert.Equal(ErrorCodes.OnnxTooLarge, ErrorOf(model.ToByteArray()));
    }

    [Fact]
    public void Text_tensors_are_not_supported()
    {
        var model = OnnxWriter.ToProto(SmallModel().Build());
        model.Graph.Initializer[0].DataType = (int)OnnxElementType.String;

        Assert.Equal(ErrorCodes.UnsupportedElementType, ErrorOf(model.ToByteArray()));
    }

    [Fact]
    public void Typed_lists_are_read_like_raw_data()
    {
        var model = OnnxWriter.ToProto(SmallModel().Build());
        var weights = model.Graph.Initializer[0];
        weights.RawData = ByteString.Empty;
        weights.FloatData.Add([1f, 2f, 3f, 4f, 5f, 6f]);

        var graph = OnnxModel.Load(_folder.Write("listed.onnx", model.ToByteArray())).Graph;

        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], graph.Constant(weights.Name)!.ToFloats());
    }

    [Fact]
    public void Constant_nodes_become_initializers()
    {
        var builder = new GraphBuilder();
        var constant = builder.Node("Constant", [], ("value_ints", new long[] { 1, 2 }));
        builder.Output(builder.Node("Reshape", [builder.Input("x", 2), constant]));

        var graph = builder.Load().Graph;

        Assert.Equal([1L, 2L], graph.Constant(constant)!.ToInts());
        Assert.Equal(["Reshape"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void Nodes_without_names_get_different_ones()
    {
        var model = OnnxWriter.ToProto(SmallModel().Build());
        foreach (var node in model.Graph.Node)
            node.Name = "";

        var graph = OnnxModel.Load(_folder.Write("unnamed.onnx", model.ToByteArray())).Graph;

        Assert.Equal(graph.Nodes.Count, graph.Nodes.Select(node => node.Name).Where(name => name.Length > 0).Distinct().Count());
    }

    [Fact]
    public void Half_and_double_precision_become_float32()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", OnnxElementType.Float16, 2);
        var half = builder.Constant(new OnnxTensor(OnnxElementType.Float16, [2], new byte[] { 0, 0x3C, 0, 0xC0 }));
        var sum = builder.Node("Add", [x, half]);
        var brain = builder.Node("Cast", [sum], ("to", (long)OnnxElementType.BFloat16));
        builder.Output(brain);

        var graph = builder.Load().Graph;

        Assert.Equal(OnnxElementType.Float32, graph.Inputs[0].ElementType);
        Assert.Equal([1f, -2f], graph.Constant(half)!.ToFloats());
        Assert.Equal(OnnxElementType.Float32, graph.Constant(half)!.ElementType);
        Assert.Equal((long)OnnxElementType.Float32, graph.Nodes[1].Int("to"));
    }

    private static GraphBuilder SmallModel()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", "time", 2);
        var product = builder.Node("MatMul", [x, builder.Weights([2, 3])]);
        builder.Output(builder.Node("Relu", [product]));
        return builder;
    }

    private ErrorCode ErrorOf(byte[] bytes) =>
        Assert.Throws<EdgeSeqException>(() => OnnxModel.Load(_folder.Write("model.onnx", bytes))).Code;
}
