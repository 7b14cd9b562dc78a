using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Selections written as sums of products with a mask and its opposite.</summary>
public sealed class ArithmeticSelectionTests
{
    private readonly GraphBuilder _g = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sum_of_products_with_a_mask_and_its_opposite_is_a_selection(bool byNot)
    {
        var x = _g.Input("x", "time", 4);
        var mask = _g.Node("Greater", [x, _g.Scalar(0)]);
        var number = Number(mask);
        var opposite = byNot ? Number(_g.Node("Not", [mask])) : _g.Node("Sub", [_g.Scalar(1), number]);
        var sum = _g.Node("Add", [_g.Node("Mul", [opposite, _g.Node("Exp", [x])]), _g.Node("Mul", [_g.Node("Sin", [x]), number])]);

        using var streamed = Streamed.Check(_g.Output(sum));

        Assert.DoesNotContain("Cast", streamed.Ops);
    }

    [Fact]
    public void A_causal_mask_of_attention_may_be_arithmetic()
    {
        const int Width = 4;
        var x = _g.Input("x", 1, "time", Width);
        var time = _g.Length(x, 1);
        var positions = _g.Node("Range", [_g.Constant(OnnxTensor.Scalar(0L)), time, _g.Constant(OnnxTensor.Scalar(1L))]);
        var mask = _g.Node("LessOrEqual", [_g.Node("Unsqueeze", [positions, _g.Ints(0)]), _g.Node("Unsqueeze", [positions, _g.Ints(1)])]);
        var scores = _g.Node("MatMul", [Projected(x), _g.Node("Transpose", [Projected(x)], ("perm", (long[])[0, 2, 1]))]);
        var masked = _g.Node("Add", [_g.Node("Mul", [Number(mask), scores]),
            _g.Node("Mul", [_g.Scalar(-1e9f), Number(_g.Node("Not", [mask]))])]);
        Streamed.Check(_g.Output(_g.Node("MatMul", [_g.Node("Softmax", [masked], ("axis", -1L)), Projected(x)]))).Dispose();

        string Projected(string wire) => _g.Node("MatMul", [wire, _g.Weights([Width, Width])]);
    }

    private string Number(string truth) => _g.Node("Cast", [truth], ("to", 1L));
}
