using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming.Rules;

/// <summary>Models that bring their own integers. ONNX Runtime rounds activations by whole tensors, so they agree to a rounding step
/// only.</summary>
public sealed class QuantizedOpTests
{
    private readonly GraphBuilder _g = new GraphBuilder().Domain("com.microsoft", 1);

    [Fact]
    public void Matrix_product_of_integers_behind_dynamic_quantisation()
    {
        var x = _g.Input("x", 3, 8);
        var quantized = _g.Node("DynamicQuantizeLinear", [x], 3);
        var product = _g.Node("MatMulInteger",
            [quantized[0], Integers(OnnxElementType.Int8, 8, 5), quantized[2], Zero(OnnxElementType.Int8, 0)]);
        var scale = _g.Node("Mul", [quantized[1], _g.Constant(OnnxTensor.FromFloats([0.01f, 0.02f, 0.01f, 0.005f, 0.03f], 5))]);
        AssertClose(_g.Output(_g.Node("Mul", [_g.Node("Cast", [product], ("to", 1L)), scale])));
    }

    [Fact]
    public void Matrix_product_of_unsigned_integers_with_a_zero_point()
    {
        var x = _g.Input("x", 3, 8);
        var quantized = _g.Node("DynamicQuantizeLinear", [x], 3);
        var product = _g.Node("MatMulInteger",
            [quantized[0], Integers(OnnxElementType.UInt8, 8, 5), quantized[2], Zero(OnnxElementType.UInt8, 120)]);
        AssertClose(_g.Output(_g.Node("Mul", [_g.Node("Cast", [product], ("to", 1L)), _g.Node("Mul", [quantized[1], _g.Scalar(0.01f)])])));
    }

    [Fact]
    public void Convolution_of_integers_behind_dynamic_quantisation()
    {
        var x = _g.Input("x", 1, 3, 9);
        var quantized = _g.Node("DynamicQuantizeLinear", [x], 3);
        var product = _g.Node("ConvInteger", [quantized[0], Integers(OnnxElementType.UInt8, 4, 3, 3), quantized[2],
            Zero(OnnxElementType.UInt8, 128)], ("pads", (long[])[1, 1]));
        AssertClose(_g.Output(_g.Node("Mul", [_g.Node("Cast", [product], ("to", 1L)), _g.Node("Mul", [quantized[1], _g.Scalar(0.01f)])])));
    }

    [Fact]
    public void Dynamic_quantisation_by_itself()
    {
        var quantized = _g.Node("DynamicQuantizeLinear", [_g.Input("x", 3, 8)], 3);
        OneStep.Check(_g.Output(quantized[0]).Output(quantized[1]).Output(quantized[2]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Recurrent_layer_of_integers(bool perColumn)
    {
        const int Hidden = 4, Inputs = 3;
        var x = _g.Input("x", 6, 1, Inputs);
        string Scale(float value) => _g.Constant(perColumn
            ? OnnxTensor.FromFloats([.. Enumerable.Range(0, 4 * Hidden).Select(i => value * (1 + (i % 3)))], 1, 4 * Hidden)
            : OnnxTensor.FromFloats([value], 1));
        string ZeroPoints() => _g.Constant(perColumn
            ? OnnxTensor.Filled(OnnxElementType.Int8, [1, 4 * Hidden], 0)
            : OnnxTensor.Filled(OnnxElementType.Int8, [1], 0));
        var y = _g.Node("com.microsoft::DynamicQuantizeLSTM",
            [x, Integers(OnnxElementType.Int8, 1, Inputs, 4 * Hidden), Integers(OnnxElementType.Int8, 1, Hidden, 4 * Hidden),
                _g.Weights([1, 8 * Hidden]), "", "", "", "",
             Scale(0.004f), ZeroPoints(), Scale(0.005f), ZeroPoints()], 3, ("hidden_size", (long)Hidden), ("direction", "forward"));
        AssertClose(_g.Output(y[0]).Output(y[1]));
    }

    [Fact]
    public void Quantised_matrix_product()
    {
        var x = _g.Input("x", 3, 8);
        var a = _g.Node("QuantizeLinear", [x, _g.Scalar(0.02f), Zero(OnnxElementType.UInt8, 128)]);
        var y = _g.Node("QLinearMatMul", [a, _g.Scalar(0.02f), Zero(OnnxElementType.UInt8, 128), Integers(OnnxElementType.Int8, 8, 5),
            _g.Scalar(0.01f), Zero(OnnxElementType.Int8, 0), _g.Scalar(0.05f), Zero(OnnxElementType.UInt8, 100)]);
        AssertClose(_g.Output(_g.Node("DequantizeLinear", [y, _g.Scalar(0.05f), Zero(OnnxElementType.UInt8, 100)])));
    }

    [Fact]
    public void Quantised_convolution_with_bias()
    {
        var x = _g.Input("x", 1, 3, 9);
        var a = _g.Node("QuantizeLinear", [x, _g.Scalar(0.02f), Zero(OnnxElementType.UInt8, 128)]);
        var bias = _g.Constant(OnnxTensor.FromInts([100, -200, 300, 50], 4).Cast(OnnxElementType.Int32));
        var y = _g.Node("QLinearConv",
            [a, _g.Scalar(0.02f), Zero(OnnxElementType.UInt8, 128), Integers(OnnxElementType.Int8, 4, 3, 3),
                _g.Constant(OnnxTensor.FromFloats([0.01f, 0.02f, 0.01f, 0.03f], 4)), _g.Constant(OnnxTensor.Filled(OnnxElementType.Int8,
                    [4], 0)), _g.Scalar(0.05f), Zero(OnnxElementType.UInt8, 100), bias], ("pads", (long[])[2, 0]));
        AssertClose(_g.Output(_g.Node("DequantizeLinear", [y, _g.Scalar(0.05f), Zero(OnnxElementType.UInt8, 100)])));
    }

    [Fact]
    public void Fused_matrix_product_of_integers()
    {
        var quantized = _g.Node("DynamicQuantizeLinear", [_g.Input("x", 3, 8)], 3);
        var scales = _g.Constant(OnnxTensor.FromFloats([0.01f, 0.02f, 0.01f, 0.005f, 0.03f], 5));
        AssertClose(_g.Output(_g.Node("com.microsoft::MatMulIntegerToFloat",
            [quantized[0], Integers(OnnxElementType.UInt8, 8, 5), quantized[1], scales, quantized[2],
                _g.Constant(OnnxTensor.Filled(OnnxElementType.UInt8, [5], 130)), _g.Weights([5])])));
    }

    [Fact]
    public void Attention_with_a_matrix_of_integers()
    {
        var quantized = _g.Node("DynamicQuantizeLinear", [_g.Input("x", 1, 6, 8)], 3);
        AssertClose(_g.Output(_g.Node("com.microsoft::QAttention",
            [quantized[0], Integers(OnnxElementType.Int8, 8, 24), _g.Weights([24]), quantized[1], _g.Scalar(0.004f), "", quantized[2],
                Zero(OnnxElementType.Int8, 0)],
            ("num_heads", 2L), ("unidirectional", 1L))));
    }

    [Theory]
    [InlineData("QLinearAveragePool")]
    [InlineData("QLinearGlobalAveragePool")]
    [InlineData("QLinearSoftmax")]
    [InlineData("QLinearConcat")]
    [InlineData("QLinearWhere")]
    public void Pooling_joining_and_selecting_of_integers(string op)
    {
        string Scale() => _g.Scalar(0.02f);
        string Zero8() => Zero(OnnxElementType.UInt8, 128);
        var x = _g.Input("x", 1, 3, 8);
        var a = _g.Node("QuantizeLinear", [x, Scale(), Zero8()]);
        var y = op switch
        {
            "QLinearConcat" => _g.Node($"com.microsoft::{op}", [Scale(), Zero8(), a, Scale(), Zero8(), a, _g.Scalar(0.03f), Zero8()],
                ("axis", 1L)),
            "QLinearWhere" => _g.Node($"com.microsoft::{op}", [_g.Node("Greater", [x, _g.Scalar(0)]), a, Scale(), Zero8(), a,
                _g.Scalar(0.03f), Zero8(), Scale(), Zero8()]),
            "QLinearSoftmax" => _g.Node($"com.microsoft::{op}", [a, Scale(), Zero8(), _g.Scalar(1 / 256f),
                Zero(OnnxElementType.UInt8, 0)], ("axis", -1L), ("opset", 13L)),
            "QLinearAveragePool" => _g.Node($"com.microsoft::{op}", [a, Scale(), Zero8(), Scale(), Zero8()],
                ("kernel_shape", (long[])[2]), ("strides", (long[])[2])),
            _ => _g.Node($"com.microsoft::{op}", [a, Scale(), Zero8(), Scale(), Zero8()]),
        };
        AssertClose(_g.Output(_g.Node("DequantizeLinear", [y, Scale(), Zero8()])));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(4, true)]
    [InlineData(4, false)]
    [InlineData(8, true)]
    public void Matrix_product_of_blocks_of_integers(int bits, bool zeroPoints)
    {
        const int K = 48, N = 5, Block = 16, Blocks = K / Block;
        var x = _g.Input("x", 3, K);
        var scales = _g.Constant(OnnxTensor.FromFloats([.. Enumerable.Range(0, N * Blocks).Select(i => 0.01f * (1 + (i % 4)))], N, Blocks));
        var zeros = zeroPoints ? Integers(OnnxElementType.UInt8, N, ((Blocks * bits) + 7) / 8) : "";
        AssertClose(_g.Output(_g.Node("com.microsoft::MatMulNBits",
            [x, Integers(OnnxElementType.UInt8, N, Blocks, Block * bits / 8), scales, zeros],
            ("K", (long)K), ("N", (long)N), ("bits", (long)bits), ("block_size", (long)Block))));
    }

    private string Integers(OnnxElementType type, params long[] dims)
    {
        var random = new Random(3);
        var count = (int)dims.Aggregate(1L, (product, dim) => product * dim);
        var low = type == OnnxElementType.Int8 ? -127 : 0;
        return _g.Constant(OnnxTensor.FromInts([.. Enumerable.Range(0, count).Select(_ => (long)random.Next(low, low + 255))], dims)
            .Cast(type));
    }

    private string Zero(OnnxElementType type, long value) => _g.Constant(OnnxTensor.Scalar(value).Cast(type));

    private static void AssertClose(GraphBuilder graph)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.onnx", graph.ToBytes());
        var input = graph.Build().Inputs[0];
        var inputs = new Dictionary<string, OnnxTensor>
        {
            [input.Name] = GraphBuilder.Random(new Random(5),
            [.. input.Dims!.Select(dim => dim.Size!.Value)], 2)
        };
        using var oracle = OrtSession.Open(path, optimized: false);

        var actual = OneStep.Run(path, inputs);

        foreach (var (name, tensor) in oracle.Run(inputs))
        {
            var expected = tensor.ToFloats();
            var signal = expected.Sum(value => (double)value * value);
            var noise = expected.Zip(actual[name], (a, b) => ((double)a - b) * (a - b)).Sum();
            Assert.True(signal > 1000 * noise, $"{name}: signal {signal:g3}, noise {noise:g3}");
        }
    }
}
