using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Tests.Int8;

public class OneSidedInputsTests
{
    private const int Size = 3, Shift = 4;

    private readonly StepGraph _graph = new();

    [Theory]
    [InlineData("Relu", true)]
    [InlineData("Swish", true)]
    [InlineData("Sigmoid", true)]
    [InlineData("Elu", true)]
    [InlineData("Tanh", false)]
    [InlineData("Sin", false)]
    public void What_a_function_leaves_on_one_side_gets_a_zero_point(string function, bool expected)
    {
        Linear("dense", Unary(function, Value("x")));

        Assert.Equal(expected, Quantised("dense").Inputs[Shift] is not null);
    }

    [Fact]
    public void The_shift_of_a_row_is_its_scale_times_the_sum_of_its_codes()
    {
        Linear("dense", Unary("Relu", Value("x")));

        var node = Quantised("dense");

        var codes = (sbyte[])node.Inputs[1]!.Data!;
        var scales = node.Inputs[2]!.Floats;
        Assert.Equal(
            Enumerable.Range(0, Size).Select(row => -scales[row] * codes.Skip(row * Size).Take(Size).Sum(code => code)),
            node.Inputs[Shift]!.Floats);
    }

    [Fact]
    public void The_sum_of_two_such_values_is_one_too() =>
        Assert.NotNull(AfterBinary("Add", Unary("Relu", Value("a")), Unary("Relu", Value("b"))).Inputs[Shift]);

    [Fact]
    public void The_sum_with_any_other_value_is_none() =>
        Assert.Null(AfterBinary("Add", Unary("Relu", Value("a")), Value("b")).Inputs[Shift]);

    [Fact]
    public void A_ring_that_a_push_fills_is_one_as_what_enters_it_is()
    {
        var ring = _graph.State("ring", ElementType.F32, [2, Size]);
        _graph.Add("Push", "push", Clock.EveryStep, [Unary("Relu", Value("x")), ring], [], ("size", Size), ("length", 2));
        var layout = new MatrixLayout(1, 1, 2 * Size);
        _graph.Add("ConvStep", "conv", Clock.EveryStep,
            [null, ring, _graph.Constant("conv.weight", new float[2 * Size], [1, 2 * Size], layout)],
            [Value("y", 1)],
            ("channels", Size), ("outChannels", 1), ("kernel", 2), ("push", 0), ("inputRate", 1), ("inputOffset", 0));

        Assert.NotNull(Quantised("conv").In("shift"));
    }

    [Fact]
    public void Sixteen_bit_activations_have_no_zero_point()
    {
        Linear("dense", Unary("Relu", Value("x")));

        Assert.Null(NodePrecisions.Widened(Quantised("dense")).Inputs[Shift]);
    }

    private StepNode AfterBinary(string function, StepValue a, StepValue b)
    {
        var sum = Value("sum");
        _graph.Add("Binary", "sum", Clock.EveryStep, [a, b], [sum],
            ("fn", function), ("shape", (int[])[Size]), ("aStrides", (int[])[1]), ("bStrides", (int[])[1]));
        Linear("dense", sum);
        return Quantised("dense");
    }

    private StepNode Quantised(string name) => Quantizer.Quantize(_graph, new QuantizerOptions()).Nodes.Single(node => node.Name == name);

    private StepValue Value(string name, int size = Size) => _graph.Arena(name, ElementType.F32, [size]);

    private StepValue Unary(string function, StepValue x)
    {
        var y = Value($"{x.Name}.{function}");
        _graph.Add("Unary", y.Name, Clock.EveryStep, [x], [y], ("fn", function));
        return y;
    }

    private void Linear(string name, StepValue x)
    {
        float[] weights = [.. Enumerable.Range(0, Size * Size).Select(i => MathF.Sin(i + 1))];
        _graph.Add("Linear", name, Clock.EveryStep,
            [x, _graph.Constant($"{name}.weight", weights, [Size, Size], new MatrixLayout(1, Size, Size))], [Value($"{name}.y")],
            ("rows", Size), ("columns", Size));
    }
}
