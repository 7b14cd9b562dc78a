using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Query times key without a softmax, in the parallel form in which such layers are trained.</summary>
public sealed class LinearAttentionTests
{
    private const int Features = 8, Heads = 2, Size = Features / Heads;
    private readonly GraphBuilder _g = new();
    private readonly string _x;

    public LinearAttentionTests() => _x = _g.Input("x", "batch", "time", Features);

    [Fact]
    public void Retention_with_a_decay_for_each_head()
    {
        using var streamed = Streamed.Check(Attention(scores =>
            _g.Node("Mul", [_g.Node("Mul", [scores, _g.Scalar(0.5f)]), Decay(0.9f, 0.7f)])));
        Assert.DoesNotContain("Attention", streamed.Ops);
        Assert.Null(streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void A_triangle_of_the_product() =>
        Streamed.Check(Attention(scores => _g.Node("Trilu", [scores], ("upper", 0L)))).Dispose();

    [Fact]
    public void Later_keys_replaced_by_zero() =>
        Streamed.Check(Attention(scores => _g.Node("Where", [_g.RangeMask(_x), scores, _g.Scalar(0)]))).Dispose();

    [Fact]
    public void Divided_by_the_sum_of_each_query()
    {
        var graph = Attention(scores =>
        {
            var faded = _g.Node("Mul", [scores, Decay(1, 0.8f)]);
            var sums = _g.Node("ReduceSum", [faded, _g.Ints(-1)], ("keepdims", 1L));
            return _g.Node("Div", [faded, _g.Node("Max", [_g.Node("Abs", [sums]), _g.Scalar(1)])]);
        });
        Streamed.Check(graph).Dispose();
    }

    [Fact]
    public void Without_a_mask_later_elements_count_and_it_is_refused()
    {
        var ones = _g.Node("Expand", [_g.Scalar(0.5f), _g.Node("Shape", [_g.RangeMask(_x)])]);
        Assert.Equal(ErrorCodes.NotCausal, Streamed.Refused(Attention(scores => _g.Node("Mul", [scores, ones]))).Code);
    }

    private GraphBuilder Attention(Func<string, string> masked)
    {
        string Split() => _g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size);
        var scores = _g.Node("MatMul", [Split(), _g.Transpose(Split(), 0, 1, 3, 2)]);
        return _g.Output(_g.MergeHeads(_g.Node("MatMul", [masked(scores), Split()]), Features));
    }

    /// <summary>[heads, queries, keys]: a factor to the power of the distance, 0 for later keys.</summary>
    private string Decay(params float[] factors)
    {
        var rates = _g.Constant(OnnxTensor.FromFloats(factors, factors.Length, 1, 1));
        return _g.Node("Where", [_g.RangeMask(_x), _g.Node("Pow", [rates, _g.Node("Max", [Distance(), _g.Scalar(0)])]), _g.Scalar(0)]);
    }

    private string Distance()
    {
        var positions = _g.Node("Cast", [_g.Positions(_x, 1)], ("to", 1L));
        return _g.Node("Sub", [_g.Unsqueeze(positions, 1), _g.Unsqueeze(positions, 0)]);
    }
}
