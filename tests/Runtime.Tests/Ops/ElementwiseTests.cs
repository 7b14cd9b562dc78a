using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Ops;

public class ElementwiseTests
{
    public static TheoryData<string, Func<double, double>> UnaryFunctions => new()
    {
        { "Abs", Math.Abs },
        { "Neg", x => -x },
        { "Sign", x => Math.Sign(x) },
        { "Relu", x => Math.Max(x, 0) },
        { "LeakyRelu", x => x < 0 ? 0.01 * x : x },
        { "Elu", x => x < 0 ? Math.Exp(x) - 1 : x },
        { "Selu", x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1)) },
        { "Celu", x => Math.Max(0, x) + Math.Min(0, Math.Exp(x) - 1) },
        { "ThresholdedRelu", x => x > 1 ? x : 0 },
        { "HardSigmoid", x => Math.Clamp((0.2 * x) + 0.5, 0, 1) },
        { "HardSwish", x => x * Math.Clamp((x / 6) + 0.5, 0, 1) },
        { "Sigmoid", x => 1 / (1 + Math.Exp(-x)) },
        { "Swish", x => x / (1 + Math.Exp(-x)) },
        { "Tanh", Math.Tanh },
        { "Softplus", x => Math.Log(1 + Math.Exp(x)) },
        { "Softsign", x => x / (1 + Math.Abs(x)) },
        { "Mish", x => x * Math.Tanh(Math.Log(1 + Math.Exp(x))) },
        { "Exp", Math.Exp },
        { "Reciprocal", x => 1 / x },
        { "Sin", Math.Sin },
        { "Cos", Math.Cos },
        { "Atan", Math.Atan },
        { "Floor", Math.Floor },
        { "Ceil", Math.Ceiling },
        { "Round", x => Math.Round(x, MidpointRounding.ToEven) },
        { "Shrink", x => x < -0.5 || x > 0.5 ? x : 0 },
    };

    [Theory]
    [MemberData(nameof(UnaryFunctions))]
    public void Unary_computes_its_function(string function, Func<double, double> expected)
    {
        float[] values = [-3.25f, -1.5f, -0.75f, -0.1f, 0.2f, 0.5f, 1.5f, 2.75f];
        using var op = new OpRunner();
        op.Op("Unary", [op.Input(values)], [op.Output<float>(8)], ("fn", function));

        Near.Equal(values.Select(x => expected(x)), op.Step());
    }

    [Fact]
    public void Clip_without_bounds_leaves_everything()
    {
        using var op = new OpRunner();
        op.Op("Unary", [op.Input(-1e30f, 0, 1e30f)], [op.Output<float>(3)], ("fn", "Clip"));

        Assert.Equal([-1e30f, 0, 1e30f], op.Step());
    }

    [Fact]
    public void Clip_takes_its_bounds_from_alpha_and_beta()
    {
        using var op = new OpRunner();
        op.Op("Unary", [op.Input(-2f, 0.5f, 2)], [op.Output<float>(3)], ("fn", "Clip"), ("alpha", -1f), ("beta", 1f));

        Assert.Equal([-1, 0.5f, 1], op.Step());
    }

    [Fact]
    public void Unary_works_in_place()
    {
        using var op = new OpRunner();
        var x = op.Input(-1f, 2);
        op.Show<float>(x, 2);
        op.Op("Unary", [x], [x], ("fn", "Neg"));

        Assert.Equal([1, -2], op.Step());
    }

    [Theory]
    [InlineData("Abs", new long[] { 3, 0, 4 })]
    [InlineData("Neg", new long[] { 3, 0, -4 })]
    [InlineData("Sign", new long[] { -1, 0, 1 })]
    public void Unary_takes_whole_numbers(string function, long[] expected)
    {
        using var op = new OpRunner();
        op.Op("Unary", [op.Input(-3L, 0, 4)], [op.Output<long>(3)], ("fn", function));

        Assert.Equal(expected, op.StepI64());
    }

    [Fact]
    public void Not_negates()
    {
        using var op = new OpRunner();
        op.Op("Unary", [op.Program.Constant<byte>([1, 0])], [op.Output<byte>(2)], ("fn", "Not"));

        Assert.Equal([0, 1], op.StepI64());
    }

    [Theory]
    [InlineData("IsNaN", new long[] { 0, 1, 0, 0 })]
    [InlineData("IsInf", new long[] { 0, 0, 1, 1 })]
    public void Unary_classifies(string function, long[] expected)
    {
        using var op = new OpRunner();
        var x = op.Program.Constant<float>([1, float.NaN, float.PositiveInfinity, float.NegativeInfinity]);
        op.Op("Unary", [x], [op.Output<byte>(4)], ("fn", function));

        Assert.Equal(expected, op.StepI64());
    }

    [Theory]
    [InlineData("Add", new float[] { 2, -1, 6.5f })]
    [InlineData("Sub", new float[] { -4, -4, 1.5f })]
    [InlineData("Mul", new float[] { -3, -3.75f, 10 })]
    [InlineData("Div", new float[] { -1f / 3, -5f / 3, 1.6f })]
    [InlineData("Min", new float[] { -1, -2.5f, 2.5f })]
    [InlineData("Max", new float[] { 3, 1.5f, 4 })]
    [InlineData("Mod", new float[] { 2, 0.5f, 1.5f })]
    [InlineData("FMod", new float[] { -1, -1, 1.5f })]
    [InlineData("Pow", new float[] { -1, float.NaN, 32 })]
    [InlineData("PRelu", new float[] { -3, -3.75f, 4 })]
    public void Binary_computes_its_function(string function, float[] expected)
    {
        using var op = new OpRunner();
        var a = op.Input(-1f, -2.5f, 4);
        var b = op.Input(3f, 1.5f, 2.5f);
        op.Op("Binary", [a, b], [op.Output<float>(3)], Elementwise(function, 3));

        var y = op.Step();
        for (var i = 0; i < y.Length; i++)
            Assert.True(y[i].Equals(expected[i]) || Math.Abs(y[i] - expected[i]) < 1e-4, $"{i}: {y[i]}, expected {expected[i]}");
    }

    [Theory]
    [InlineData("Add", new long[] { -4, 7, long.MinValue })]
    [InlineData("Div", new long[] { -3, 0, long.MinValue })]
    [InlineData("Mod", new long[] { 1, 0, 0 })]
    [InlineData("FMod", new long[] { -1, 0, 0 })]
    [InlineData("Pow", new long[] { 49, 1, 0 })]
    public void Binary_takes_whole_numbers_and_never_traps(string function, long[] expected)
    {
        using var op = new OpRunner();
        var a = op.Input(-7L, 7, long.MinValue);
        long[] divisors = [2, 0, -1];
        long[] summands = [3, 0, 0];
        var b = op.Input(function == "Add" ? summands : divisors);
        op.Op("Binary", [a, b], [op.Output<long>(3)], Elementwise(function, 3));

        Assert.Equal(expected, op.StepI64());
    }

    [Theory]
    [InlineData("Equal", new long[] { 0, 1, 0 })]
    [InlineData("Less", new long[] { 1, 0, 0 })]
    [InlineData("LessOrEqual", new long[] { 1, 1, 0 })]
    [InlineData("Greater", new long[] { 0, 0, 1 })]
    [InlineData("GreaterOrEqual", new long[] { 0, 1, 1 })]
    public void Binary_compares(string function, long[] expected)
    {
        using var floats = new OpRunner();
        floats.Op("Binary", [floats.Input(1f, 2, 3), floats.Input(2f, 2, 2)], [floats.Output<byte>(3)], Elementwise(function, 3));
        using var wholes = new OpRunner();
        wholes.Op("Binary", [wholes.Input(1L, 2, 3), wholes.Input(2L, 2, 2)], [wholes.Output<byte>(3)], Elementwise(function, 3));

        Assert.Equal(expected, floats.StepI64());
        Assert.Equal(expected, wholes.StepI64());
    }

    [Theory]
    [InlineData("And", new long[] { 0, 0, 0, 1 })]
    [InlineData("Or", new long[] { 0, 1, 1, 1 })]
    [InlineData("Xor", new long[] { 0, 1, 1, 0 })]
    [InlineData("Equal", new long[] { 1, 0, 0, 1 })]
    public void Binary_takes_logic(string function, long[] expected)
    {
        using var op = new OpRunner();
        var a = op.Program.Constant<byte>([0, 0, 1, 1]);
        var b = op.Program.Constant<byte>([0, 1, 0, 1]);
        op.Op("Binary", [a, b], [op.Output<byte>(4)], Elementwise(function, 4));

        Assert.Equal(expected, op.StepI64());
    }

    [Fact]
    public void Binary_broadcasts_by_strides()
    {
        using var op = new OpRunner();
        var column = op.Input(10f, 20);
        var row = op.Input(1f, 2, 3);
        op.Op(
            "Binary",
            [column, row],
            [op.Output<float>(6)],
            ("fn", "Add"),
            ("shape", ProgramBuilder.List(2, 3)),
            ("aStrides", ProgramBuilder.List(1, 0)),
            ("bStrides", ProgramBuilder.List(0, 1)));

        Assert.Equal([11, 12, 13, 21, 22, 23], op.Step());
    }

    [Fact]
    public void Where_chooses_and_broadcasts()
    {
        using var op = new OpRunner();
        var condition = op.Program.Constant<byte>([1, 0, 1]);
        op.Op(
            "Where",
            [condition, op.Input(1f, 2, 3, 4, 5, 6), op.Input(-1f)],
            [op.Output<float>(6)],
            ("shape", ProgramBuilder.List(2, 3)),
            ("cStrides", ProgramBuilder.List(0, 1)),
            ("aStrides", ProgramBuilder.List(3, 1)),
            ("bStrides", ProgramBuilder.List(0, 0)));

        Assert.Equal([1, -1, 3, 4, -1, 6], op.Step());
    }

    [Theory, InlineData(0, 0f, 0f, 0f), InlineData(1, 0f, 1f, 2f), InlineData(2, 0f, 2f, 4f)]
    public void Where_takes_whole_runs_where_they_have_one_condition(int aStride, params float[] run)
    {
        using var op = new OpRunner();
        var condition = op.Program.Constant<byte>([1, 0]);
        op.Op(
            "Where",
            [condition, op.Input(0f, 1, 2, 3, 4), op.Input(-1f, -2)],
            [op.Output<float>(6)],
            ("shape", ProgramBuilder.List(2, 3)),
            ("cStrides", ProgramBuilder.List(1, 0)),
            ("aStrides", ProgramBuilder.List(0, aStride)),
            ("bStrides", ProgramBuilder.List(1, 0)));

        Assert.Equal([.. run, -2, -2, -2], op.Step());
    }

    [Fact]
    public void Cast_truncates_saturates_and_makes_NaN_zero()
    {
        using var op = new OpRunner();
        var x = op.Program.Constant<float>([-1.9f, 1.9f, 1e30f, float.NegativeInfinity, float.NaN]);
        op.Op("Cast", [x], [op.Output<long>(5)]);

        Assert.Equal([-1, 1, long.MaxValue, long.MinValue, 0], op.StepI64());
    }

    [Fact]
    public void Cast_saturates_at_each_type()
    {
        using var op = new OpRunner();
        op.Op("Cast", [op.Input(-300L, 127, 1L << 40)], [op.Output<sbyte>(3)]);

        Assert.Equal([-128, 127, 127], op.StepI64());
    }

    [Fact]
    public void Cast_to_Bool_gives_one_for_all_but_zero()
    {
        using var op = new OpRunner();
        op.Op("Cast", [op.Input(0f, -0f, 0.1f, -7)], [op.Output<byte>(4)]);

        Assert.Equal([0, 0, 1, 1], op.StepI64());
    }

    [Fact]
    public void Cast_from_whole_numbers_gives_floats()
    {
        using var op = new OpRunner();
        op.Op("Cast", [op.Input(-3L, 1L << 24)], [op.Output<float>(2)]);

        Assert.Equal([-3, 16777216], op.Step());
    }

    [Theory]
    [InlineData(4f)]
    [InlineData(-0.125f)]
    [InlineData(3f)]
    [InlineData(1e-38f)]
    public void Division_by_one_number_has_the_bits_of_a_division(float divisor)
    {
        float[] x = [.. Values.Random(40, 1), -0f, 1e-45f, 3e-39f, float.MaxValue, float.MinValue];
        using var op = new OpRunner();
        op.Op("Binary", [op.Input(x), op.Input(divisor)], [op.Output<float>(x.Length)], ("fn", "Div"),
            ("shape", ProgramBuilder.List(x.Length)), ("aStrides", ProgramBuilder.List(1)), ("bStrides", ProgramBuilder.List(0)));

        Assert.Equal(x.Select(value => BitConverter.SingleToInt32Bits(value / divisor)), op.Step().Select(BitConverter.SingleToInt32Bits));
    }

    private static (string, System.Text.Json.Nodes.JsonNode)[] Elementwise(string function, int length) =>
    [
        ("fn", function),
        ("shape", ProgramBuilder.List(length)),
        ("aStrides", ProgramBuilder.List(1)),
        ("bStrides", ProgramBuilder.List(1)),
    ];
}
