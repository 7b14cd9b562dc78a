using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Attention whose scores get a term that follows from the query and the distance of the key, and masks at unusual
/// places.</summary>
public sealed class RelativePositionTests
{
    private const int Features = 8, Heads = 2, Size = Features / Heads, Far = 3, Longest = 40;

    private readonly GraphBuilder _g = new();
    private readonly string _x;

    public RelativePositionTests() => _x = _g.Input("x", "batch", "time", Features);

    [Fact]
    public void A_table_row_for_each_distance_up_to_the_farthest()
    {
        var rows = _g.Node("Gather", [_g.Weights([2 * Far + 1, Size]), Clipped()]);
        var graph = Attention((scores, query) =>
        {
            var terms = _g.Node("MatMul", [_g.Transpose(query, 2, 0, 1, 3), _g.Unsqueeze(_g.Transpose(rows, 0, 2, 1), 1)]);
            return Softmax(Hidden(_g.Node("Add", [scores, _g.Transpose(terms, 1, 2, 0, 3)])));
        });
        using var streamed = Streamed.Check(graph);
        Assert.Contains("Attention", streamed.Ops);
    }

    [Fact]
    public void Positions_that_are_shifted_into_place_by_a_reshape()
    {
        // Transformer-XL: query times the encoding of each distance, farthest first, in rows that are one too long.
        var distances = _g.Node("Cast", [_g.Slice(_g.Positions(_x, 1), 0, -1, int.MinValue, -1)], ("to", 1L));
        var angles = _g.Node("MatMul", [_g.Unsqueeze(distances, 1), _g.Constant(OnnxTensor.FromFloats([1f, 0.3f], 1, 2))]);
        var encoding = _g.Node("Concat", [_g.Node("Sin", [angles]), _g.Node("Cos", [angles])], ("axis", 1L));
        var graph = Attention((scores, query) =>
        {
            var terms = _g.Node("MatMul", [_g.Node("Add", [query, _g.Weights([Size])]), _g.Transpose(encoding, 1, 0)]);
            var padded = _g.Node("Pad", [terms, _g.Ints(0, 0, 0, 1, 0, 0, 0, 0)]);
            var length = _g.Node("Shape", [_x], ("start", 1L), ("end", 2L));
            var turned = _g.Node("Reshape", [padded, _g.Node("Concat", [_g.Ints(1, Heads, -1), length], ("axis", 0L))]);
            var shifted = _g.Node("Reshape", [_g.Slice(turned, 2, 1, int.MaxValue), _g.Node("Shape", [terms])]);
            return Softmax(Hidden(_g.Node("Mul", [_g.Node("Add", [scores, shifted]), _g.Scalar(0.5f)])));
        });
        Streamed.Check(graph).Dispose();
    }

    [Fact]
    public void Terms_that_follow_from_the_position_of_the_query_are_refused()
    {
        var rows = _g.Node("Gather", [_g.Weights([Longest, Size]), _g.Positions(_x, 1)]);
        var graph = Attention((scores, query) =>
            Softmax(Hidden(_g.Node("Add", [scores, _g.Node("MatMul", [query, _g.Transpose(rows, 1, 0)])]))));
        var error = Streamed.Refused(graph);
        Assert.Equal(ErrorCodes.NodeUnsupported, error.Code);
        Assert.Contains("the distance of the key", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_after_the_softmax_that_hides_nothing_more_goes() =>
        Streamed.Check(Attention((scores, _) => _g.Node("Mul", [Softmax(Hidden(scores)), Seen()]))).Dispose();

    [Fact]
    public void A_mask_after_the_softmax_and_a_division_by_the_sum() => Streamed.Check(Attention((scores, _) =>
    {
        var weights = _g.Node("Mul", [Softmax(scores), Seen()]);
        var sums = _g.Node("Add", [_g.Node("ReduceSum", [weights, _g.Ints(-1)], ("keepdims", 1L)), _g.Scalar(1e-9f)]);
        return _g.Node("Div", [weights, sums]);
    })).Dispose();

    [Fact]
    public void A_mask_only_after_the_softmax_is_refused()
    {
        var error = Streamed.Refused(Attention((scores, _) => _g.Node("Mul", [Softmax(scores), Seen()])));
        Assert.Equal(ErrorCodes.NotCausal, error.Code);
        Assert.Contains("after the softmax", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_no_numbers_replaced_by_zero() => Streamed.Check(Attention((scores, _) =>
    {
        var weights = Softmax(_g.Node("Where", [_g.RangeMask(_x), scores, _g.Scalar(float.NegativeInfinity)]));
        return _g.Node("Where", [_g.Node("IsNaN", [weights]), _g.Scalar(0), weights]);
    })).Dispose();

    /// <param name="weights">Of the scores [batch, heads, queries, keys] and the queries [batch, heads, time, size].</param>
    private GraphBuilder Attention(Func<string, string, string> weights)
    {
        string Split() => _g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size);
        var query = Split();
        var scores = _g.Node("MatMul", [query, _g.Transpose(Split(), 0, 1, 3, 2)]);
        return _g.Output(_g.MergeHeads(_g.Node("MatMul", [weights(scores, query), Split()]), Features));
    }

    private string Softmax(string scores) => _g.Node("Softmax", [scores], ("axis", -1L));

    private string Hidden(string scores) => _g.Node("Where", [_g.RangeMask(_x), scores, _g.Scalar(-1e9f)]);

    private string Seen() => _g.Node("Cast", [_g.RangeMask(_x)], ("to", 1L));

    /// <summary>[queries, keys]: how far a key lies before the query, clipped, as a row of the table.</summary>
    private string Clipped()
    {
        var positions = _g.Positions(_x, 1);
        var distance = _g.Node("Sub", [_g.Unsqueeze(positions, 0), _g.Unsqueeze(positions, 1)]);
        string Bound(long value) => _g.Constant(OnnxTensor.Scalar(value));
        return _g.Node("Add", [_g.Node("Min", [_g.Node("Max", [distance, Bound(-Far)]), Bound(Far)]), Bound(Far)]);
    }
}
