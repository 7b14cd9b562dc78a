using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Convolutions behind padding that other ops have changed.</summary>
public sealed class KnownPaddingTests
{
    private const int Channels = 3;

    private readonly GraphBuilder _g = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 12)];

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

    [Theory]
    [MemberData(nameof(Seeds))]
    public void However_a_padded_sequence_is_rounded_and_changed_it_delays_nothing(int seed)
    {
        var random = new Random(seed);
        int kernel = random.Next(2, 6), dilation = random.Next(1, 4), lead = (kernel - 1) * dilation;
        var isSigned = random.Next(2) == 0;
        var x = _g.Node("Pad", [_g.Input("x", 1, Channels, "time"), _g.Ints(0, 0, lead, 0, 0, 0), _g.Scalar(random.Next(2))]);
        for (var layers = random.Next(1, 4); layers > 0; layers--)
        {
            x = random.Next(4) switch
            {
                0 => _g.Node("Relu", [x]),
                1 => _g.Node("Add", [_g.Node("Mul", [x, _g.Scalar(0.5f)]), _g.Scalar(0.25f)]),
                2 => _g.Transpose(_g.Node("Identity", [_g.Transpose(x, 0, 2, 1)]), 0, 2, 1),
                _ => Rounded(x, 1f / 64, isSigned ? (byte)random.Next(128) : (byte)random.Next(256), isSigned),
            };
        }

        var y = _g.Node("Conv", [Rounded(x, 1f / 32, 0, isSigned: true), _g.Weights([2, Channels, kernel])],
            ("dilations", (long[])[dilation]));
        using var streamed = Streamed.Check(_g.Output(y), steps: 16);
        Assert.Equal(0, streamed.Delay);
    }

    private string Rounded(string x, float scale, byte zeroPoint, bool isSigned)
    {
        string by = _g.Scalar(scale), zero = _g.Constant(new OnnxTensor(isSigned ? OnnxElementType.Int8 : OnnxElementType.UInt8, [],
            new[] { zeroPoint }));
        return _g.Node("DequantizeLinear", [_g.Node("QuantizeLinear", [x, by, zero]), by, zero]);
    }

    private string Padded() => _g.Node("Pad", [_g.Input("x", 1, Channels, "time"), _g.Ints(0, 0, 4, 0, 0, 0)]);

    private GraphBuilder Convolved(string wire) => _g.Output(_g.Node("Conv", [wire, _g.Weights([2, Channels, 5])]));
}
