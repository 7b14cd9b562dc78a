using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using Google.Protobuf;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Forms of single ops that Keras 2, quantisers and optimisers write.</summary>
public sealed class WrittenByExportersTests
{
    private const int Width = 4;

    private readonly GraphBuilder _g = new(opset: 21);

    [Fact]
    public void Layer_normalisation_may_be_a_batch_normalisation_with_computed_statistics()
    {
        var x = _g.Input("x", 1, "time", Width);
        var rows = _g.Node("Reshape", [x, _g.Ints(1, -1, Width, 1)]);
        string mean = _g.Node("ReduceMean", [rows, _g.Ints(0, 2, 3)]), variance = _g.Node("ReduceSumSquare",
            [_g.Node("Sub", [rows, mean]), _g.Ints(0, 2, 3)], ("keepdims", 0L));
        var ones = _g.Node("Expand", [_g.Scalar(1), _g.Node("Shape", [x], ("start", 1L), ("end", 2L))]);
        var zeros = _g.Node("Expand", [_g.Scalar(0), _g.Node("Shape", [x], ("start", 1L), ("end", 2L))]);
        var normal = _g.Node("BatchNormalization", [rows, ones, zeros, _g.Node("Squeeze", [mean, _g.Ints(0, 2, 3)]),
            _g.Node("Div", [variance, _g.Scalar(Width)])], ("epsilon", 1e-3f));
        Streamed.Check(_g.Output(_g.Node("Reshape", [normal, _g.Ints(1, -1, Width)]))).Dispose();
    }

    [Theory]
    [InlineData(OnnxElementType.Int4)]
    [InlineData(OnnxElementType.UInt4)]
    public void Weights_may_be_codes_of_four_bits_in_blocks(OnnxElementType type)
    {
        var codes = _g.Constant(new OnnxTensor(type, [Width, 2], new byte[] { 0x71, 0x8F, 0x35, 0xE2 }));
        var zero = _g.Constant(new OnnxTensor(type, [2, 2], new byte[] { 0x01, 0x20 }));
        var scales = _g.Constant(OnnxTensor.FromFloats([0.5f, 0.25f, 0.1f, 0.2f], 2, 2));
        var weights = _g.Node("DequantizeLinear", [codes, scales, zero], ("axis", 0L), ("block_size", 2L));
        Streamed.Check(_g.Output(_g.Node("MatMul", [_g.Input("x", 1, "time", Width), weights]))).Dispose();
    }

    [Fact]
    public void A_whole_reversal_runs_in_windows_and_is_refused_for_streams()
    {
        var x = _g.Input("x", "time", 1, Width);
        var length = _g.Node("Shape", [x], ("start", 0L), ("end", 1L));
        var reversed = _g.Node("ReverseSequence", [x, length], ("time_axis", 0L), ("batch_axis", 1L));
        _g.Output(_g.Node("Mul", [reversed, _g.Weights([Width])]));

        Assert.Equal(ErrorCodes.NotCausal, Streamed.Refused(_g).Code);
        Streamed.CheckWindows(_g, window: 5, hop: 2);
    }

    [Fact]
    public void Rounding_of_attention_scores_is_left_out()
    {
        // Finer than the tolerance, so that what is left out does not show.
        string scale = _g.Scalar(1e-4f), zero = _g.Constant(new OnnxTensor(OnnxElementType.Int16, [], new byte[2]));
        var x = _g.Input("x", 1, "time", Width);
        var scores = Rounded(_g.Node("MatMul", [Projected(), _g.Node("Transpose", [Projected()], ("perm", (long[])[0, 2, 1]))]));
        var mask = _g.Node("Trilu", [_g.Node("Expand", [_g.Constant(OnnxTensor.Scalar(1L)), _g.Node("Concat",
            [_g.Node("Shape", [x], ("start", 1L), ("end", 2L)), _g.Node("Shape", [x], ("start", 1L), ("end", 2L))], ("axis", 0L))])],
            ("upper", 0L));
        var causal = _g.Node("Where", [_g.Node("Cast", [mask], ("to", 9L)), scores, _g.Scalar(-1e9f)]);
        var weights = Rounded(_g.Node("Softmax", [causal], ("axis", -1L)));
        using var streamed = Streamed.Check(_g.Output(_g.Node("MatMul", [weights, Projected()])));
        Assert.DoesNotContain("Round", streamed.Ops);

        string Projected() => _g.Node("MatMul", [x, _g.Weights([Width, Width], 0.25f)]);
        string Rounded(string wire) =>
            _g.Node("DequantizeLinear", [_g.Node("QuantizeLinear", [wire, scale, zero]), scale, zero]);
    }

    [Fact]
    public void Heads_of_attention_may_stand_behind_a_computed_shape()
    {
        const int Heads = 2, Size = 3;
        var graph = new GraphBuilder(opset: 23);
        var x = graph.Input("x", "batch", "time", Heads * Size);
        var shape = graph.Node("Concat", [graph.Node("Shape", [x], ("start", 0L), ("end", 2L)), graph.Ints(Heads, Size)], ("axis", 0L));
        string[] projected = [.. Enumerable.Range(0, 3).Select(_ => graph.Node("Transpose", [graph.Node("Reshape",
            [graph.Node("MatMul", [x, graph.Weights([Heads * Size, Heads * Size])]), shape])], ("perm", (long[])[0, 2, 1, 3])))];
        var y = graph.Node("Attention", projected, ("is_causal", 1L));
        Streamed.Check(graph.Output(graph.Node("ReduceSum", [y, graph.Ints(1)], ("keepdims", 0L)))).Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sparse_weights_are_dense_ones(bool linear)
    {
        var w = _g.Constant(OnnxTensor.FromFloats([0, 2, 0, 0, -1, 0, 0, 0.5f], Width, 2), "w");
        var model = ModelProto.Parser.ParseFrom(_g.Output(_g.Node("MatMul", [_g.Input("x", 1, "time", Width), w])).ToBytes());
        var sparse = new SparseTensorProto
        {
            Values = new TensorProto { Name = "w", DataType = 1, Dims = { 3 }, FloatData = { 2, -1, 0.5f } },
            Indices = new TensorProto { DataType = 7, Dims = { 3 }, Int64Data = { 1, 4, 7 } },
            Dims = { Width, 2 },
        };
        if (!linear)
            sparse.Indices = new TensorProto { DataType = 7, Dims = { 3, 2 }, Int64Data = { 0, 1, 2, 0, 3, 1 } };

        model.Graph.Initializer.Clear();
        model.Graph.SparseInitializer.Add(sparse);
        using var folder = new TemporaryFolder();
        Streamed.CheckFile(folder.Write("sparse.onnx", model.ToByteArray())).Dispose();
    }
}
