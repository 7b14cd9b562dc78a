using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Linear recurrences that are exported in closed form (HGRN, minGRU, S5 and the like): a product that fades and a sum.</summary>
public sealed class FadingProductTests
{
    private const int Inputs = 3, Size = 5;

    private readonly GraphBuilder _g = new();

    [Theory]
    [InlineData("quotient")]
    [InlineData("negative")]
    [InlineData("reciprocal")]
    [InlineData("logarithms")]
    public void Streams_as_the_recurrence_that_it_is(string written)
    {
        Streamed.Check(_g.Output(ClosedForm(_g.Input("x", 1, "time", Inputs), written))).Dispose();
    }

    [Fact]
    public void Goes_on_where_the_closed_form_leaves_the_range_of_float()
    {
        // The model itself gives no numbers after some hundred steps; the recurrence does not notice.
        var x = _g.Input("x", 1, "time", Inputs);
        using var streamed = Streamed.Check(_g.Output(ClosedForm(x, "quotient")));
        using var session = streamed.Model.CreateSession();
        for (var t = 0; t < 2000; t++)
        {
            session.Input(0).Fill(MathF.Sin(t));
            Assert.False(session.Step().IsRefused);
            Assert.True(float.IsFinite(session.Output(0)[0]));
        }
    }

    [Fact]
    public void Another_decay_in_the_sum_than_before_it_is_left_as_it_is_written()
    {
        var x = _g.Input("x", 1, "time", Inputs);
        var logs = _g.Node("Log", [_g.Node("Sigmoid", [_g.Linear(x, Inputs, Size)])]);
        var sums = _g.Node("CumSum", [logs, _g.Ints(1)]);
        var other = _g.Node("Mul", [sums, _g.Scalar(0.5f)]);
        var weighted = _g.Node("Mul", [_g.Linear(x, Inputs, Size), _g.Node("Exp", [other])]);
        var y = _g.Node("Mul", [_g.Node("Exp", [sums]), _g.Node("CumSum", [weighted, _g.Ints(1)])]);
        using var streamed = Streamed.Check(_g.Output(y));
        Assert.Equal(2, streamed.Ops.Count(op => op == "Running"));
    }

    private string ClosedForm(string x, string written)
    {
        var logs = _g.Node("Log", [_g.Node("Sigmoid", [_g.Linear(x, Inputs, Size)])]);
        var added = _g.Node("Softplus", [_g.Linear(x, Inputs, Size)]);
        var axis = _g.Ints(1);
        var sums = _g.Node("CumSum", [logs, axis]);
        var factor = _g.Node("Exp", [sums]);
        if (written == "logarithms")
        {
            var weights = _g.Node("Exp", [_g.Node("Sub", [_g.Node("Log", [added]), sums])]);
            return _g.Node("Exp", [_g.Node("Add", [sums, _g.Node("Log", [_g.Node("CumSum", [weights, axis])])])]);
        }

        var weighted = written switch
        {
            "quotient" => _g.Node("Div", [added, factor]),
            "negative" => _g.Node("Mul", [_g.Node("Exp", [_g.Node("Neg", [sums])]), added]),
            _ => _g.Node("Mul", [added, _g.Node("Reciprocal", [factor])]),
        };
        return _g.Node("Mul", [factor, _g.Node("CumSum", [weighted, axis])]);
    }
}
