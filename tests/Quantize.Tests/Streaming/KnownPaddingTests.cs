using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Convolutions behind padding that other ops have changed.</summary>
public sealed class KnownPaddingTests
{
    private const int Channels = 3;

    private readonly GraphBuilder _g = new();

    [Theory]
    [InlineData(128)]
    [InlineData(0)]
    [InlineData(37)]
    public void Quantisation_between_pad_and_convolution_delays_nothing(byte zeroPoint)
    {
        string scale = _g.Scalar(0.02f), zero = _g.Constant(new OnnxTensor(OnnxElementType.UInt8, [], new[] { zeroPoint }));
        var codes = _g.Node("QuantizeLinear", [Padded(), scale, zero]);
        using var streamed = Streamed.Check(Convolved(_g.Node("DequantizeLinear", [codes, scale, zero])));
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Arithmetic_with_constants_between_pad_and_convolution_delays_nothing()
    {
        var shifted = _g.Node("Add", [_g.Node("Mul", [Padded(), _g.Scalar(0.5f)]), _g.Scalar(1)]);
        using var streamed = Streamed.Check(Convolved(_g.Node("LeakyRelu", [shifted])));
        Assert.Equal(0, streamed.Delay);
    }

    [Fact]
    public void Padding_that_becomes_different_values_is_carried_along()
    {
        var shifted = _g.Node("Add", [Padded(), _g.Weights([Channels, 1])]);
        Streamed.Check(Convolved(shifted)).Dispose();
    }

    private string Padded() => _g.Node("Pad", [_g.Input("x", 1, Channels, "time"), _g.Ints(0, 0, 4, 0, 0, 0)]);

    private GraphBuilder Convolved(string wire) => _g.Output(_g.Node("Conv", [wire, _g.Weights([2, Channels, 5])]));
}
