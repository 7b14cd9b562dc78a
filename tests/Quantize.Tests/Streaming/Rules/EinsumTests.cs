using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming.Rules;

public sealed class EinsumTests
{
    private static readonly Dictionary<char, long> Sizes = new()
    {
        ['b'] = 2,
        ['t'] = 3,
        ['s'] = 4,
        ['d'] = 5,
        ['h'] = 2,
        ['k'] = 3,
        ['e'] = 6
    };

    [Theory]
    [InlineData("btd,de->bte", false)]
    [InlineData("btd,de->bte", true)]
    [InlineData("btd,dhk->bhtk", true)]
    [InlineData("bthk,hkd->btd", true)]
    [InlineData("bthk,hkd->btd", false)]
    [InlineData("bthk,bshk->bhts", false)]
    [InlineData("bhts,bshk->bthk", false)]
    [InlineData("btd,bsd->bts", false)]
    [InlineData("btd,btd->btd", false)]
    [InlineData("btd,btd->bt", false)]
    [InlineData("bt,d->btd", false)]
    [InlineData("d,btd->bt", false)]
    [InlineData("de,btd->ebt", false)]
    [InlineData("btd,sd->b", false)]
    [InlineData("bts,bse", false)]
    public void Two_operands(string equation, bool constant)
    {
        var g = new GraphBuilder();
        var terms = equation.Split("->")[0].Split(',');
        string a = g.Input("a", Dims(terms[0])), b = constant ? g.Weights([.. terms[1].Select(label => Sizes[label])])
            : g.Input("b", Dims(terms[1]));

        OneStep.Check(g.Output(g.Node("Einsum", [a, b], ("equation", equation))));
    }

    [Theory]
    [InlineData("btd,edh,bsh->be")]
    [InlineData("bts,btd,bt->bsd")]
    public void Three_operands(string equation)
    {
        var g = new GraphBuilder();
        var terms = equation.Split("->")[0].Split(',');
        string[] operands = [.. terms.Select((term, i) => g.Input($"x{i}", Dims(term)))];
        OneStep.Check(g.Output(g.Node("Einsum", operands, ("equation", equation))));
    }

    [Theory]
    [InlineData("...d,de->...e")]
    [InlineData("...d,...d->...")]
    public void Dots_stand_for_the_axes_in_front(string equation)
    {
        var g = new GraphBuilder();
        string a = g.Input("a", 2, 3, 5), b = equation.Contains("de", StringComparison.Ordinal) ? g.Weights([5, 4]) : g.Input("b", 2, 3, 5);

        OneStep.Check(g.Output(g.Node("Einsum", [a, b], ("equation", equation))));
    }

    [Theory]
    [InlineData("btd->dbt")]
    [InlineData("btd->b")]
    [InlineData("btd -> db")]
    public void One_operand(string equation)
    {
        var g = new GraphBuilder();
        OneStep.Check(g.Output(g.Node("Einsum", [g.Input("a", Dims("btd"))], ("equation", equation))));
    }

    [Fact]
    public void Attention_in_einsums_streams()
    {
        var g = new GraphBuilder();
        var x = g.Input("x", 1, "time", 6);
        string Project() => g.Node("Einsum", [x, g.Weights([6, 2, 3])], ("equation", "btd,dhk->bthk"));
        var scores = g.Node("Einsum", [Project(), Project()], ("equation", "bqhd,bkhd->bhqk"));
        var weights = g.Node("Softmax", [g.Causal(x, scores)], ("axis", -1L));
        var y = g.Node("Einsum", [weights, Project()], ("equation", "bhqk,bkhd->bqhd"));
        Streamed.Check(g.Output(g.Node("Einsum", [y, g.Weights([2, 3, 6])], ("equation", "bthk,hkd->btd")))).Dispose();
    }

    private static OnnxDimension[] Dims(string labels) => [.. labels.Select(label => new OnnxDimension(Sizes[label]))];
}
