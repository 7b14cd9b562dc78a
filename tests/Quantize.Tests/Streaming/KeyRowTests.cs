using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Attention without a form of its own: a step has the newest query's row of numbers, one for each of the keys so far.</summary>
public sealed class KeyRowTests
{
    private const int Features = 8, Heads = 2, Size = Features / Heads;
    private readonly GraphBuilder _g = new();
    private readonly string _x;

    public KeyRowTests() => _x = _g.Input("x", "batch", "time", Features);

    [Theory]
    [InlineData("Relu")]
    [InlineData("Sigmoid")]
    [InlineData("Exp")]
    public void Any_function_of_the_scores_that_a_mask_leaves(string function) =>
        Streamed.Check(Attention(scores => _g.Node("Mul", [_g.Node(function, [scores]), Lower()]))).Dispose();

    [Fact]
    public void A_function_that_makes_hidden_scores_zero() => Streamed.Check(Attention(scores =>
        _g.Node("Sigmoid", [_g.Node("Where", [_g.RangeMask(_x), scores, _g.Scalar(float.NegativeInfinity)])]))).Dispose();

    [Fact]
    public void Squares_divided_by_their_sum() => Streamed.Check(Attention(scores =>
    {
        var positive = _g.Node("Relu", [_g.Node("Mul", [scores, Lower()])]);
        return Divided(_g.Node("Mul", [positive, positive]), 0.1f);
    })).Dispose();

    [Fact]
    public void Retention_divided_by_its_magnitudes() => Streamed.Check(Attention(scores =>
    {
        var faded = _g.Node("Mul", [scores, _g.Node("Mul", [Lower(), _g.Node("Pow", [_g.Scalar(0.9f), Distance()])])]);
        var sums = _g.Node("ReduceSum", [_g.Node("Abs", [faded]), _g.Ints(-1)]);
        return _g.Node("Div", [faded, _g.Node("Max", [sums, _g.Scalar(1)])]);
    })).Dispose();

    [Fact]
    public void Factors_that_do_not_fade_evenly() => Streamed.Check(Attention(scores =>
        _g.Node("Mul", [scores, _g.Node("Div", [Lower(), _g.Node("Add", [Distance(), _g.Scalar(1)])])]))).Dispose();

    [Fact]
    public void Rows_of_factors_that_sum_to_one() => Streamed.Check(Attention(scores =>
        _g.Node("Mul", [scores, Divided(_g.Node("Mul", [Lower(), _g.Node("Pow", [_g.Scalar(0.9f), Distance()])]), 0)]))).Dispose();

    [Fact]
    public void The_difference_of_two_softmaxes() => Streamed.Check(Attention(scores =>
    {
        var other = _g.Node("MatMul", [Split(), _g.Transpose(Split(), 0, 1, 3, 2)]);
        return _g.Node("Sub", [Softmax(scores), _g.Node("Mul", [Softmax(other), _g.Scalar(0.3f)])]);
    })).Dispose();

    [Fact]
    public void A_softmax_with_one_more_in_its_sum() => Streamed.Check(Attention(scores =>
    {
        var masked = _g.Node("Where", [_g.RangeMask(_x), scores, _g.Scalar(float.NegativeInfinity)]);
        var largest = _g.Node("ReduceMax", [masked], ("axes", (long[])[-1]));
        var terms = _g.Node("Exp", [_g.Node("Sub", [masked, largest])]);
        var sum = _g.Node("Add", [_g.Node("ReduceSum", [terms, _g.Ints(-1)]), _g.Node("Exp", [_g.Node("Neg", [largest])])]);
        return _g.Node("Div", [terms, sum]);
    })).Dispose();

    /// <summary>A learned number beside the scores takes a part of the weights.</summary>
    [Fact]
    public void A_softmax_with_a_sink_behind_the_scores() => Streamed.Check(Attention(scores =>
    {
        var masked = _g.Node("Where", [_g.RangeMask(_x), scores, _g.Scalar(float.NegativeInfinity)]);
        var first = _g.Node("Slice", [masked, _g.Ints(0), _g.Ints(1), _g.Ints(3)]);
        var learned = _g.Weights([1, Heads, 1, 1], 2);
        var sink = _g.Node("Expand", [learned, _g.Node("Shape", [first])]);
        var weights = _g.Node("Softmax", [_g.Node("Concat", [masked, sink], ("axis", -1L))], ("axis", -1L));
        return _g.Node("Slice", [weights, _g.Ints(0), _g.Ints(-1), _g.Ints(3)]);
    })).Dispose();

    [Fact]
    public void Values_by_the_distance_of_the_key()
    {
        var distances = _g.Node("Sub", [_g.Unsqueeze(_g.Positions(_x, 1), 0), _g.Unsqueeze(_g.Positions(_x, 1), 1)]);
        var limited = _g.Node("Add", [_g.Node("Max", [_g.Node("Min", [distances, Long(0)]), Long(-3)]), Long(3)]);
        var table = _g.Node("Gather", [_g.Weights([4, Size]), limited]);
        var weights = Softmax(_g.Node("MatMul", [Split(), _g.Transpose(Split(), 0, 1, 3, 2)]));
        var byQuery = _g.Transpose(_g.Node("MatMul", [_g.Transpose(weights, 2, 0, 1, 3), _g.Unsqueeze(table, 1)]), 1, 2, 0, 3);
        Streamed.Check(_g.Output(_g.MergeHeads(_g.Node("Add", [_g.Node("MatMul", [weights, Split()]), byQuery]), Features))).Dispose();
    }

    [Fact]
    public void A_learned_matrix_of_positions_as_far_as_it_goes()
    {
        var length = _g.Node("Unsqueeze", [_g.Length(_x, 1), _g.Ints(0)]);
        var rows = _g.Node("Slice", [_g.Weights([24, 24]), _g.Ints(0), length, _g.Ints(0)]);
        var matrix = _g.Node("Mul", [_g.Node("Slice", [rows, _g.Ints(0), length, _g.Ints(1)]), Lower()]);
        using var streamed = Streamed.Check(_g.Output(_g.Node("MatMul", [matrix, _x])));
        Assert.Equal(24, streamed.Model.Program.MaxSteps);
    }

    [Fact]
    public void Decays_that_follow_from_the_sequence() => Streamed.Check(Attention(scores =>
    {
        var rates = _g.Transpose(_g.Node("CumSum", [_g.Node("Neg", [_g.Node("Softplus", [_g.Linear(_x, Features, Heads)])]), _g.Ints(1)]),
            0, 2, 1);
        var between = _g.Node("Sub", [_g.Unsqueeze(rates, -1), _g.Unsqueeze(rates, -2)]);
        var decay = _g.Node("Exp", [_g.Node("Where", [_g.RangeMask(_x), between, _g.Scalar(float.NegativeInfinity)])]);
        return _g.Node("Mul", [scores, decay]);
    })).Dispose();

    [Fact]
    public void Without_a_mask_later_keys_count_and_it_is_refused()
    {
        var refused = Streamed.Refused(Attention(scores => _g.Node("Relu", [scores])));
        Assert.Equal(ExitCode.Unsupported, refused.ExitCode);
        Assert.Contains("--mode window", refused.Hint, StringComparison.Ordinal);
    }

    private GraphBuilder Attention(Func<string, string> weights)
    {
        var scores = _g.Node("MatMul", [Split(), _g.Transpose(Split(), 0, 1, 3, 2)]);
        return _g.Output(_g.MergeHeads(_g.Node("MatMul", [weights(scores), Split()]), Features));
    }

    private string Split() => _g.SplitHeads(_g.Linear(_x, Features, Features), Heads, Size);

    private string Softmax(string scores) => _g.Node("Softmax",
        [_g.Node("Where", [_g.RangeMask(_x), scores, _g.Scalar(float.NegativeInfinity)])], ("axis", -1L));

    private string Divided(string rows, float guard) => _g.Node("Div",
        [rows, _g.Node("Add", [_g.Node("ReduceSum", [rows, _g.Ints(-1)]), _g.Scalar(guard)])]);

    /// <summary>1 for the query's own key and earlier ones, 0 for later ones.</summary>
    private string Lower() => _g.Node("Cast", [_g.RangeMask(_x)], ("to", 1L));

    private string Distance()
    {
        var positions = _g.Node("Cast", [_g.Positions(_x, 1)], ("to", 1L));
        return _g.Node("Max", [_g.Node("Sub", [_g.Unsqueeze(positions, 1), _g.Unsqueeze(positions, 0)]), _g.Scalar(0)]);
    }

    private string Long(long value) => _g.Constant(OnnxTensor.Scalar(value));
}
