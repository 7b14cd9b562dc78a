using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Ops;

public class ReductionTests
{
    public static TheoryData<string, Func<double[], double>> Functions => new()
    {
        { "Sum", x => x.Sum() },
        { "Mean", x => x.Average() },
        { "Max", x => x.Max() },
        { "Min", x => x.Min() },
        { "Prod", x => x.Aggregate(1.0, (p, v) => p * v) },
        { "SumSquare", x => x.Sum(v => v * v) },
        { "L1", x => x.Sum(Math.Abs) },
        { "L2", x => Math.Sqrt(x.Sum(v => v * v)) },
        { "LogSumExp", x => Math.Log(x.Sum(Math.Exp)) },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Reduce_works_along_the_middle_axis(string function, Func<double[], double> expected)
    {
        var x = Values.Random(2 * 5 * 3);
        using var op = new OpRunner();
        op.Op("Reduce", [op.Input(x)], [op.Output<float>(6)], ("fn", function), ("outer", 2), ("count", 5), ("inner", 3));

        Near.Equal(Vectors(x, 2, 5, 3).Select(expected), op.Step());
    }

    [Fact]
    public void Reduce_takes_the_logarithm_of_a_sum()
    {
        using var op = new OpRunner();
        op.Op("Reduce", [op.Input(1f, 2, 4)], [op.Output<float>(1)], ("fn", "LogSum"), ("count", 3));

        Near.Equal([Math.Log(7)], op.Step());
    }

    [Theory]
    [InlineData("ArgMax", 0, new long[] { 1, 0 })]
    [InlineData("ArgMax", 1, new long[] { 2, 0 })]
    [InlineData("ArgMin", 0, new long[] { 0, 1 })]
    public void ArgReduce_finds_the_first_or_last_best(string function, int selectLast, long[] expected)
    {
        using var op = new OpRunner();
        var x = op.Input(1f, 9, 5, 2, 5, 3);
        op.Op("ArgReduce", [x], [op.Output<long>(2)], ("fn", function), ("count", 3), ("inner", 2), ("selectLast", selectLast));

        Assert.Equal(expected, op.StepI64());
    }

    [Theory]
    [InlineData(0, 0, new float[] { 1, 3, 6 })]
    [InlineData(1, 0, new float[] { 0, 1, 3 })]
    [InlineData(0, 1, new float[] { 6, 5, 3 })]
    [InlineData(1, 1, new float[] { 5, 3, 0 })]
    public void CumSum_adds_up(int exclusive, int reverse, float[] expected)
    {
        using var op = new OpRunner();
        op.Op("CumSum", [op.Input(1f, 2, 3)], [op.Output<float>(3)], ("count", 3), ("exclusive", exclusive), ("reverse", reverse));

        Assert.Equal(expected, op.Step());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Softmax_works_along_the_middle_axis(int log)
    {
        var x = Values.Random(2 * 4 * 3);
        using var op = new OpRunner();
        op.Op("Softmax", [op.Input(x)], [op.Output<float>(24)], ("outer", 2), ("count", 4), ("inner", 3), ("log", log));

        var y = op.Step();
        var actual = Vectors(y, 2, 4, 3).SelectMany(v => v).Select(v => (float)v).ToArray();
        Near.Equal(Vectors(x, 2, 4, 3).SelectMany(v => v.Select(e => Expected(e, v))), actual);

        double Expected(double element, double[] vector)
        {
            var probability = Math.Exp(element) / vector.Sum(Math.Exp);
            return log == 1 ? Math.Log(probability) : probability;
        }
    }

    [Fact]
    public void Softmax_of_a_row_that_is_hidden_gives_zeros_and_a_NaN_stays()
    {
        const float Hidden = float.NegativeInfinity;
        using var op = new OpRunner();
        var hidden = op.Program.Constant([Hidden, Hidden, Hidden, Hidden, 0, 0, Hidden, Hidden, float.NaN]);
        op.Op("Softmax", [hidden], [op.Output<float>(9)], ("outer", 3), ("count", 3), ("inner", 1));
        op.Input(0f);

        Assert.Equal([0, 0, 0, 0, 0.5f, 0.5f, float.NaN, float.NaN, float.NaN], op.Step());
    }

    [Fact]
    public void LayerNorm_normalises_each_vector()
    {
        var x = Values.Random(2 * 7);
        var scale = Values.Random(7);
        var bias = Values.Random(7);
        using var op = new OpRunner();
        op.Op(
            "LayerNorm",
            [op.Input(x), op.Program.Constant(scale), op.Program.Constant(bias)],
            [op.Output<float>(14)],
            ("outer", 2),
            ("count", 7),
            ("epsilon", 1e-5f));

        Near.Equal(Vectors(x, 2, 7, 1).SelectMany(Normalised), op.Step());

        IEnumerable<double> Normalised(double[] v)
        {
            var mean = v.Average();
            var deviation = Math.Sqrt(v.Average(e => (e - mean) * (e - mean)) + 1e-5);
            return v.Select((e, i) => ((e - mean) / deviation * scale[i]) + bias[i]);
        }
    }

    [Fact]
    public void LayerNorm_with_rms_keeps_the_mean()
    {
        var x = Values.Random(5);
        using var op = new OpRunner();
        op.Op("LayerNorm", [op.Input(x)], [op.Output<float>(5)], ("outer", 1), ("count", 5), ("epsilon", 0f), ("rms", 1));

        var rms = Math.Sqrt(x.Average(v => (double)v * v));
        Near.Equal(x.Select(v => v / rms), op.Step());
    }

    /// <summary>The vectors along the middle axis, in the order of outer and inner.</summary>
    private static IEnumerable<double[]> Vectors(float[] x, int outer, int count, int inner) =>
        from o in Enumerable.Range(0, outer)
        from i in Enumerable.Range(0, inner)
        select Enumerable.Range(0, count).Select(c => (double)x[(((o * count) + c) * inner) + i]).ToArray();
}
