using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Attention in blocks (WeNet, Emformer): a query sees all keys of its own block, and blocks before it.</summary>
public sealed class BlockMaskTests
{
    private const int Features = 8, Heads = 2;
    private readonly GraphBuilder _g = new();
    private readonly string _x;

    public BlockMaskTests() => _x = _g.Input("x", "batch", "time", Features);

    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, 2)]
    [InlineData(3, 1)]
    [InlineData(2, 5)]
    public void A_query_waits_for_the_end_of_its_block(int block, int before)
    {
        using var streamed = Streamed.Check(_g.Output(Layer(_x, block, before)), steps: 30);
        Assert.Equal(block - 1, streamed.Delay);
        Assert.Equal(block - 1, streamed.Model.FlushSteps);
    }

    [Fact]
    public void Layers_wait_one_after_the_other()
    {
        var first = _g.Node("Add", [_x, Layer(_x, 4, 1)]);
        using var streamed = Streamed.Check(_g.Output(_g.Linear(Layer(first, 4, 1), Features, 3)), steps: 30);
        Assert.Equal(6, streamed.Delay);
        Assert.Equal(6, streamed.Model.FlushSteps);
    }

    /// <summary>Some later keys everywhere: as right context of a convolution.</summary>
    [Fact]
    public void A_band_around_each_query()
    {
        var y = _g.Attention(_x, Features, Heads, scores =>
        {
            var (query, key) = (_g.Unsqueeze(_g.Positions(_x, 1), 1), _g.Unsqueeze(_g.Positions(_x, 1), 0));
            var distance = _g.Node("Abs", [_g.Node("Add", [_g.Node("Sub", [query, key]), Long(2)])]);
            var biased = _g.Node("Sub", [scores, _g.Node("Mul", [_g.Node("Cast", [distance], ("to", 1L)), _g.Scalar(0.3f)])]);
            return _g.Node("Where", [_g.Node("LessOrEqual", [distance, Long(5)]), biased, _g.Scalar(float.NegativeInfinity)]);
        });
        using var streamed = Streamed.Check(_g.Output(y), steps: 30);
        Assert.Equal(7, streamed.Delay);
        Assert.Equal(7, streamed.Model.FlushSteps);
    }

    [Fact]
    public void Blocks_without_a_bound_to_the_past_are_refused()
    {
        var error = Streamed.Refused(_g.Output(Layer(_x, 4, 1000)));
        Assert.Equal(ErrorCodes.NotCausal, error.Code);
    }

    [Fact]
    public void Less_context_than_the_blocks_need_is_refused() =>
        Assert.Equal(ErrorCodes.NotCausal, Streamed.Refused(_g.Output(Layer(_x, 4, 2)), new ConvertOptions { MaxContext = 4 }).Code);

    private string Layer(string x, int block, int before) => _g.Attention(x, Features, Heads, scores =>
    {
        var blocks = _g.Node("Div", [_g.Positions(x, 1), Long(block)]);
        var distance = _g.Node("Sub", [_g.Unsqueeze(blocks, 1), _g.Unsqueeze(blocks, 0)]);
        var seen = _g.Node("And", [_g.Node("GreaterOrEqual", [distance, Long(0)]), _g.Node("LessOrEqual", [distance, Long(before)])]);
        return _g.Node("Where", [seen, scores, _g.Scalar(float.NegativeInfinity)]);
    });

    private string Long(long value) => _g.Constant(OnnxTensor.Scalar(value));
}
