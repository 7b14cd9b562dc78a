using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming.Rules;

public sealed class StaticOpTests
{
    private readonly GraphBuilder _g = new(opset: 18);

    [Fact]
    public void Elements_gathered_at_computed_places()
    {
        var x = _g.Input("x", 3, 4);
        var order = _g.Node("TopK", [x, _g.Ints(3)], 2, ("axis", 1L))[1];
        OneStep.Check(_g.Output(_g.Node("GatherElements", [x, order], ("axis", 1L))));
    }

    [Fact]
    public void Slices_gathered_at_tuples()
    {
        var x = _g.Input("x", 3, 4, 2);
        OneStep.Check(_g.Output(_g.Node("GatherND", [x, _g.Constant(OnnxTensor.FromInts([0, 1, 2, -1], 2, 2))])));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("add")]
    [InlineData("max")]
    public void Elements_scattered(string reduction)
    {
        string x = _g.Input("x", 2, 4), updates = _g.Input("updates", 2, 2);
        OneStep.Check(_g.Output(_g.Node("ScatterElements", [x, _g.Constant(OnnxTensor.FromInts([1, -1, 0, 2], 2, 2)), updates],
            ("axis", 1L), ("reduction", reduction))));
    }

    [Fact]
    public void Slices_scattered()
    {
        string x = _g.Input("x", 4, 3), updates = _g.Input("updates", 2, 3);
        OneStep.Check(_g.Output(_g.Node("ScatterND", [x, _g.Constant(OnnxTensor.FromInts([3, 1], 2, 1)), updates])));
    }

    [Theory]
    [InlineData("linear", 2)]
    [InlineData("circular", 4)]
    public void Tensor_scatter(string mode, long from)
    {
        var g = new GraphBuilder(opset: 24);
        string cache = g.Input("cache", 1, 2, 5, 3), added = g.Input("added", 1, 2, 2, 3);
        var y = g.Node("TensorScatter", [cache, added, g.Ints(from)], ("axis", 2L), ("mode", mode));
        OneStep.Check(g.Output(g.Node("Relu", [y])));
    }

    [Fact]
    public void One_hot_of_the_largest()
    {
        var x = _g.Input("x", 3, 4);
        var best = _g.Node("ArgMax", [x], ("axis", 1L), ("keepdims", 0L));
        OneStep.Check(_g.Output(_g.Node("OneHot", [best, _g.Constant(OnnxTensor.Scalar(4L)),
            _g.Constant(OnnxTensor.FromFloats([-1, 2], 2))], ("axis", 0L))).Output(_g.Node("Hardmax", [x])));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, -1)]
    public void Triangles(int upper, int k) =>
        OneStep.Check(_g.Output(_g.Node("Trilu", [_g.Input("x", 2, 3, 4), _g.Constant(OnnxTensor.Scalar((long)k))],
        ("upper", (long)upper))));

    [Theory]
    [InlineData("nearest", "asymmetric")]
    [InlineData("nearest", "half_pixel")]
    [InlineData("linear", "half_pixel")]
    [InlineData("linear", "align_corners")]
    [InlineData("linear", "pytorch_half_pixel")]
    [InlineData("cubic", "half_pixel")]
    public void Resized(string mode, string coordinates)
    {
        var x = _g.Input("x", 1, 2, 4, 5);
        var y = _g.Node("Resize", [x, "", "", _g.Ints(1, 2, 8, 7)], ("mode", mode), ("coordinate_transformation_mode", coordinates));
        OneStep.Check(_g.Output(y));
    }

    [Fact]
    public void Bands_resized_while_time_streams()
    {
        var x = _g.Input("x", 1, 2, "time", 4);
        var y = _g.Node("Resize", [x, "", _g.Constant(OnnxTensor.FromFloats([1, 1, 1, 2], 4))], ("mode", "nearest"),
            ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        Streamed.Check(_g.Output(y)).Dispose();
    }

    [Fact]
    public void Indices_of_every_step()
    {
        var x = _g.Input("x", 1, "time", 4);
        var order = _g.Node("TopK", [x, _g.Ints(2)], 2, ("axis", 2L))[1];
        var best = _g.Node("ArgMax", [x], ("axis", 2L), ("keepdims", 0L));
        _g.Output(_g.Node("GatherElements", [x, order], ("axis", 2L)))
            .Output(_g.Node("OneHot", [best, _g.Constant(OnnxTensor.Scalar(4L)), _g.Constant(OnnxTensor.FromFloats([0, 1], 2))]))
            .Output(_g.Node("Hardmax", [x]));
        Streamed.Check(_g).Dispose();
    }

    [Fact]
    public void A_branch_chosen_at_run_time()
    {
        var x = _g.Input("x", 2, 3);
        var condition = _g.Node("Greater", [_g.Node("ReduceSum", [x], ("keepdims", 0L)), _g.Scalar(0)]);
        var then = _g.Subgraph("then", b => [b.Node("Relu", [x])]);
        var other = _g.Subgraph("else", b => [b.Node("Mul", [x, b.Scalar(3)])]);
        OneStep.Check(_g.Output(_g.Node("If", [condition], ("then_branch", then), ("else_branch", other))));
    }

    [Fact]
    public void Branches_of_different_shape_are_refused()
    {
        var x = _g.Input("x", 2, 3);
        var condition = _g.Node("Greater", [_g.Node("ReduceSum", [x], ("keepdims", 0L)), _g.Scalar(0)]);
        var then = _g.Subgraph("then", b => [b.Node("Relu", [x])]);
        var other = _g.Subgraph("else", b => [b.Node("ReduceSum", [x], ("keepdims", 0L))]);
        _g.Output(_g.Node("If", [condition], ("then_branch", then), ("else_branch", other)));
        var error = Assert.Throws<EdgeSeqException>(() => OneStep.Check(_g));
        Assert.Contains("'If_", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(2, 0, 0)]
    [InlineData(2, 0, 1)]
    public void Discrete_fourier_transform(int parts, int oneSided, int inverse)
    {
        var x = _g.Input("x", 2, 8, 3, parts);
        OneStep.Check(_g.Output(_g.Node("DFT", [x], ("axis", 1L), ("onesided", (long)oneSided), ("inverse", (long)inverse))));
    }

    [Fact]
    public void Fourier_transform_of_frames_streams_at_the_frames_rate()
    {
        var x = _g.Input("x", 1, "time", 1);
        var window = _g.Node("HannWindow", [_g.Constant(OnnxTensor.Scalar(8L))]);
        var y = _g.Node("STFT", [x, _g.Constant(OnnxTensor.Scalar(4L)), window, _g.Constant(OnnxTensor.Scalar(8L))]);
        var power = _g.Node("ReduceSumSquare", [y, _g.Ints(3)], ("keepdims", 0L));
        using var streamed = Streamed.Check(_g.Output(power), steps: 30);
        Assert.Equal(4, streamed.Rate);
        Assert.Equal(7, streamed.Delay);
    }

    [Fact]
    public void Truth_values_in_and_out()
    {
        string a = _g.Input("a", OnnxElementType.Bool, 4), b = _g.Input("b", OnnxElementType.Bool, 4);
        OnnxTensor Bits(params long[] bits) => OnnxTensor.FromInts(bits, 4).Cast(OnnxElementType.Bool);
        OneStep.Check(_g.Output(_g.Node("Xor", [a, b])), ("a", Bits(0, 1, 0, 1)), ("b", Bits(0, 0, 1, 1)));
    }

    [Theory]
    [InlineData("BitwiseAnd", 0x2D)]
    [InlineData("BitwiseAnd", -8)]
    [InlineData("BitwiseAnd", 0)]
    [InlineData("BitwiseOr", 0x16)]
    [InlineData("BitwiseXor", 0x33)]
    public void Masks_of_integers_as_remainders(string op, long mask)
    {
        var x = _g.Node("Cast", [_g.Node("Mul", [_g.Input("x", 7), _g.Scalar(100)])], ("to", (long)OnnxElementType.Int64));
        var masked = _g.Node(op, [_g.Constant(OnnxTensor.Scalar(mask)), _g.Node("BitwiseNot", [x])]);
        OneStep.Check(_g.Output(_g.Node("Cast", [masked], ("to", (long)OnnxElementType.Float32))));
    }

    [Fact]
    public void A_mask_of_two_computed_integers_is_refused_with_what_helps()
    {
        var x = _g.Node("Cast", [_g.Input("x", 7)], ("to", (long)OnnxElementType.Int64));
        var y = _g.Node("Cast", [_g.Input("y", 7)], ("to", (long)OnnxElementType.Int64));
        var masked = _g.Node("Cast", [_g.Node("BitwiseAnd", [x, y])], ("to", (long)OnnxElementType.Float32));
        var refused = Streamed.Refused(_g.Output(masked), new ConvertOptions { Mode = ConvertMode.Step });
        Assert.Contains("constant", refused.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Local_response(long size)
    {
        var y = _g.Node("LRN", [_g.Input("x", 1, 6, 4, 2)], ("size", size), ("alpha", 0.5f), ("beta", 0.6f), ("bias", 1.5f));
        OneStep.Check(_g.Output(y));
    }

    [Theory]
    [InlineData("euclidean")]
    [InlineData("sqeuclidean")]
    public void Distances_of_rows(string metric)
    {
        _g.Domain("com.microsoft", 1);
        OneStep.Check(_g.Output(_g.Node("com.microsoft::CDist", [_g.Input("x", 3, 4), _g.Weights([5, 4])], ("metric", metric))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Determinants(long rows)
    {
        OneStep.Check(_g.Output(_g.Node("Det", [_g.Input("x", 2, rows, rows)])));
    }

    [Theory]
    [InlineData(9, 2)]
    [InlineData(4, 1)]
    [InlineData(7, 5)]
    public void Cut_and_padded_around_the_middle(long height, long width)
    {
        var y = _g.Node("CenterCropPad", [_g.Input("x", 2, 6, 3), _g.Ints(height, width)], ("axes", (long[])[-2, -1]));
        OneStep.Check(_g.Output(y));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(-1, 0, 1)]
    [InlineData(1, 1, 1)]
    public void Running_products(long axis, long exclusive, long reverse)
    {
        var g = new GraphBuilder(opset: 26);
        OneStep.Check(g.Output(g.Node("CumProd", [g.Input("x", 3, 5), g.Constant(OnnxTensor.Scalar(axis))],
            ("exclusive", exclusive), ("reverse", reverse))));
    }

    [Theory]
    [InlineData(1, 1, 0, 9)]
    [InlineData(2, 1, 1, 12)]
    [InlineData(1, 2, 0, 11)]
    public void Blocks_added_at_their_places(long stride, long dilation, long pad, long width)
    {
        const long Height = 6, Channels = 2;
        long[] block = [2, 3], image = [Height, width];
        long Places(int i) => ((image[i] + (2 * pad) - (dilation * (block[i] - 1)) - 1) / stride) + 1;
        var x = _g.Input("x", 1, Channels * 6, Places(0) * Places(1));
        OneStep.Check(_g.Output(_g.Node("Col2Im", [x, _g.Ints(image), _g.Ints(block)], ("strides", (long[])[stride, stride]),
            ("dilations", (long[])[dilation, dilation]), ("pads", (long[])[pad, pad, pad, pad]))));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Pooling_of_third_and_fourth_powers(long power)
    {
        var y = _g.Node("LpPool", [_g.Input("x", 1, 3, 6, 5)], ("kernel_shape", (long[])[2, 3]), ("strides", (long[])[2, 1]),
            ("pads", (long[])[0, 1, 0, 1]), ("p", power));
        OneStep.Check(_g.Output(y));
    }

    [Theory]
    [InlineData(5, null)]
    [InlineData(5, 8L)]
    [InlineData(4, 7L)]
    public void Real_signals_from_one_side_of_their_spectrum(long bins, long? length)
    {
        var g = new GraphBuilder(opset: 20);
        string[] inputs = [g.Input("x", 2, bins, 2), length is long n ? g.Constant(OnnxTensor.Scalar(n)) : "",
            g.Constant(OnnxTensor.Scalar(1L))];
        OneStep.Check(g.Output(g.Node("DFT", inputs, ("inverse", 1L), ("onesided", 1L))));
    }

    [Fact]
    public void Integers_are_not_ordered()
    {
        var ids = _g.Node("Cast", [_g.Input("x", 7)], ("to", (long)OnnxElementType.Int64));
        var best = _g.Node("TopK", [ids, _g.Ints(2)], 2, ("axis", 0L))[1];
        var refused = Streamed.Refused(_g.Output(_g.Node("Cast", [best], ("to", (long)OnnxElementType.Float32))),
            new ConvertOptions { Mode = ConvertMode.Step });
        Assert.Contains("float32", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_in_blocks_of_bitsandbytes()
    {
        const int K = 32, N = 4;
        _g.Domain("com.microsoft", 1);
        var codes = _g.Constant(new OnnxTensor(OnnxElementType.UInt8, [K * N / 2],
            Enumerable.Range(0, K * N / 2).Select(i => (byte)(i * 37)).ToArray()));
        var largest = _g.Constant(OnnxTensor.FromFloats([0.5f, 0.7f, 0.2f, 0.9f, 0.4f, 0.6f, 0.3f, 0.8f], 8));
        OneStep.Check(_g.Output(_g.Node("com.microsoft::MatMulBnb4", [_g.Input("x", 1, K), codes, largest], ("K", (long)K), ("N", (long)N),
            ("block_size", 16L), ("quant_type", 1L))));
    }

    [Fact]
    public void Rows_of_a_table_in_blocks()
    {
        const int Rows = 6, Size = 16;
        var g = new GraphBuilder(opset: 21).Domain("com.microsoft", 1);
        var codes = g.Constant(new OnnxTensor(OnnxElementType.UInt8, [Rows, Size],
            Enumerable.Range(0, Rows * Size).Select(i => (byte)(i * 29)).ToArray()));
        var best = g.Node("ArgMax", [g.Input("x", 2, Rows)], ("axis", 1L), ("keepdims", 0L));
        OneStep.Check(g.Output(g.Node("com.microsoft::GatherBlockQuantized", [codes, best, g.Weights([Rows, 1])], ("bits", 8L),
            ("block_size", 16L), ("quantize_axis", 1L), ("gather_axis", 0L))));
    }
}
