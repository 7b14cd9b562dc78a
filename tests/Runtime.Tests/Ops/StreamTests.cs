using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Ops;

public class StreamTests
{
    [Fact]
    public void Delay_gives_the_element_of_count_ticks_ago()
    {
        using var op = new OpRunner();
        var ring = op.Program.State<float>(2, 1);
        op.Op("Delay", [op.Input(0f), ring], [op.Output<float>(1)], ("size", 1), ("count", 2));

        Assert.Equal([0, 0, 1, 2, 3], Steps(op, 1, 2, 3, 4, 5).Select(y => y[0]));
    }

    [Fact]
    public void Delay_starts_with_the_rings_initial_content()
    {
        using var op = new OpRunner();
        var ring = op.Program.State([7f, 8f], 2, 1);
        op.Op("Delay", [op.Input(0f), ring], [op.Output<float>(1)], ("size", 1), ("count", 2));

        Assert.Equal([7, 8, 1], Steps(op, 1, 2, 3).Select(y => y[0]));
    }

    [Fact]
    public void Window_gives_the_last_elements_in_time_order()
    {
        using var op = new OpRunner();
        var ring = op.Program.State<float>(3, 1);
        op.Op("Window", [op.Input(0f), ring], [op.Output<float>(3)], ("outer", 1), ("length", 3), ("inner", 1));

        float[][] expected = [[0, 0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 4]];
        Assert.Equal(expected, Steps(op, 1, 2, 3, 4));
    }

    [Fact]
    public void Window_puts_time_between_outer_and_inner_axes()
    {
        using var op = new OpRunner();
        var ring = op.Program.State<float>(2, 4);
        op.Op("Window", [op.Input(0f, 0, 0, 0), ring], [op.Output<float>(8)], ("outer", 2), ("length", 2), ("inner", 2));

        op.Step([1f, 2, 3, 4]);
        Assert.Equal([1, 2, 11, 12, 3, 4, 13, 14], op.Step([11f, 12, 13, 14]));
    }

    [Fact]
    public void Window_may_tick_at_a_lower_rate_than_the_Push_that_fills_its_ring()
    {
        using var op = new OpRunner();
        var clock = op.Program.Clock(2, 1);
        var x = op.Input(0f);
        var ring = op.Program.State<float>(3, 1);
        var y = op.Program.Arena<float>(3);
        op.Program.Op("Push", [x, ring], [], ("size", 1), ("length", 3));
        op.Program.OpAt(
            clock,
            "Window",
            [-1, ring],
            [y],
            ("outer", 1),
            ("length", 3),
            ("inner", 1),
            ("push", 0),
            ("inputRate", 1),
            ("inputOffset", 0));
        op.Program.Output<float>("y", y, clock, 3);

        op.Step([1f]);
        Assert.Equal([0, 1, 2], op.Step([2f]));
        op.Step([3f]);
        Assert.Equal([2, 3, 4], op.Step([4f]));
    }

    [Fact]
    public void Latch_keeps_the_element_of_its_index()
    {
        using var op = new OpRunner();
        var held = op.Program.State<float>(1);
        op.Op("Latch", [op.Input(0f), held], [op.Output<float>(1)], ("size", 1), ("index", 1));

        Assert.Equal([0, 6, 6], Steps(op, 5, 6, 7).Select(y => y[0]));
    }

    [Theory]
    [InlineData("clamp", new float[] { 2, 3, 3, 3 })]
    [InlineData("wrap", new float[] { 2, 3, 1, 2 })]
    [InlineData("error", new float[] { 2, 3, 3, 3 })]
    public void Table_reads_the_row_of_the_tick(string beyond, float[] expected)
    {
        using var op = new OpRunner();
        var table = op.Program.Constant<float>([1, 2, 3]);
        op.Op("Table", [table], [op.Output<float>(1)], ("size", 1), ("rows", 3), ("beyond", beyond), ("start", 1));

        Assert.Equal(expected, expected.Select(_ => op.Step()[0]));
    }

    [Fact]
    public void StepCount_counts_this_step()
    {
        using var op = new OpRunner();
        op.Op("StepCount", [], [op.Output<float>(1)], ("scale", 2f), ("offset", 0.5f));

        Assert.Equal([2.5f, 4.5f], [op.Step()[0], op.Step()[0]]);
    }

    [Fact]
    public void StepCount_counts_ticks_in_whole_numbers()
    {
        using var op = new OpRunner();
        op.Op("StepCount", [], [op.Output<long>(1)], ("start", 1), ("divisor", 3));

        Assert.Equal([0L, 0, 1, 1, 1, 2], Enumerable.Range(0, 6).Select(_ => op.StepI64()[0]));
    }

    [Theory]
    [InlineData("sum", 2, new float[] { 3, 2, 6 })]
    [InlineData("mean", 2, new float[] { 3, 1, 2 })]
    [InlineData("sumsquare", 2, new float[] { 9, 10, 26 })]
    [InlineData("l2", 2, new float[] { 3, 3.1622777f, 5.0990195f })]
    [InlineData("max", 1, new float[] { 3, 3, 4 })]
    [InlineData("min", 1, new float[] { 3, -1, -1 })]
    [InlineData("prod", 1, new float[] { 3, -3, -12 })]
    public void Running_reduces_all_elements_so_far(string function, int kept, float[] expected)
    {
        using var op = new OpRunner();
        var state = op.Program.State<float>(kept, 1);
        op.Op("Running", [op.Input(0f), state], [op.Output<float>(1)], ("fn", function), ("size", 1));

        Assert.Equal(expected, Steps(op, 3, -1, 4).Select(y => y[0]));
    }

    [Fact]
    public void Running_mean_does_not_drift_over_a_million_steps()
    {
        using var op = new OpRunner();
        var state = op.Program.State<float>(2, 1);
        op.Op("Running", [op.Input(0.1f), state], [op.Output<float>(1)], ("fn", "mean"), ("size", 1));

        using var model = op.Program.Load();
        using var session = model.CreateSession();
        var mean = new float[1];
        for (var i = 0; i < 1_000_000; i++)
            session.Step([0.1f], mean);
        Assert.Equal(0.1f, mean[0], 1e-8f);
    }

    [Fact]
    public void AttentionPool_weights_all_elements_so_far_by_softmax()
    {
        double[][] scores = [[0.5, -3], [2, 1], [-1, 40]];
        double[][] values = [[1, 2, 3, 4], [-1, 0.5, 2, 8], [4, 4, -4, 0]];
        using var op = new OpRunner();
        var state = op.Program.State<float>(2, 4);
        op.Op("AttentionPool", [op.Input(0f, 0), op.Input(0f, 0, 0, 0), state], [op.Output<float>(4)], ("heads", 2), ("size", 2));

        for (var t = 0; t < scores.Length; t++)
        {
            var y = op.Step(Floats(scores[t]), Floats(values[t]));
            Near.Equal(Enumerable.Range(0, 4).Select(i => Pooled(t, i / 2, i)), y);
        }

        double Pooled(int last, int head, int element)
        {
            var weights = scores[..(last + 1)].Select(s => Math.Exp(s[head])).ToArray();
            return weights.Zip(values, (w, v) => w * v[element]).Sum() / weights.Sum();
        }
    }

    private static float[] Floats(double[] values) => [.. values.Select(v => (float)v)];

    private static List<float[]> Steps(OpRunner op, params float[] inputs) => [.. inputs.Select(x => op.Step([x]))];
}
