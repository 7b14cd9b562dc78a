using EdgeSeq.Device.Timing;
using EdgeSeq.Tool.Terminal;
using EdgeSeq.Tool.Watch;

namespace EdgeSeq.Cli.Tests.Watch;

public class WatchFrameTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(81)]
    [InlineData(300)]
    public void Every_line_fits_the_terminal(int width)
    {
        var lines = Lines(Busy(), width);

        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        Assert.InRange(lines.Length, 15, 30);
    }

    [Fact]
    public void At_60_columns_it_shows_signals_outputs_events_latency_faults_and_rate()
    {
        var lines = Lines(Busy(), 60);

        Assert.Equal("EdgeSeq  activity of a person, int8                00:01:23", lines[0]);
        Assert.Equal("acc_x                        ▁▁▂▃▃▃▄▅▅▅▆▇▇▇█▁▁▁▁▁         0", lines[3]);
        Assert.Contains($"walking        75 % {new string('█', 29)}▎", lines);
        Assert.Contains($"stairs-up      25 % {new string('█', 9)}▊", lines);
        Assert.Contains("     2.0 s  walking starts, score 0.91", lines);
        Assert.Contains("step         p50 1.00 µs   p99 1.00 µs   max 1.00 µs", lines);
        Assert.Contains("rate         50.0 a second, 12,345 steps", lines);
        Assert.Contains("faults       held 3, retries 1,200", lines);
        Assert.Contains("warning: a very long sentence about a sensor that does not…", lines);
    }

    [Fact]
    public void Of_many_classes_the_largest_are_shown_in_their_order()
    {
        var labels = Enumerable.Range(0, 40).Select(i => $"class {i}").ToArray();
        var values = labels.Select((_, i) => i % 5 == 0 ? 0.1f : 0.01f).ToArray();
        var lines = Lines(State(new WatchClasses("classes", labels, values)), 60);

        Assert.Equal(
            ["class 0", "class 5", "class 10", "class 15", "class 20", "class 25"],
            lines.Where(line => line.StartsWith("class ", StringComparison.Ordinal)).Select(line => line[..13].Trim()));
    }

    [Fact]
    public void Scores_that_are_no_shares_are_shown_as_they_are()
    {
        var lines = Lines(State(new WatchClasses("scores", ["low", "high"], [-2.5f, 4])), 60);

        Assert.Contains("low            -2.5 ", lines);
        Assert.Contains($"high              4 {new string('█', 39)}", lines);
    }

    [Theory]
    [InlineData(new[] { 0f, 7 }, 4, "  ▁█")]
    [InlineData(new[] { 0f, 1, 2, 3, 4, 5, 6, 7 }, 8, "▁▂▃▄▅▆▇█")]
    [InlineData(new[] { 9f, 0, 7 }, 2, "▁█")]
    [InlineData(new[] { 3f, 3 }, 2, "▅▅")]
    [InlineData(new[] { 0f, float.NaN, 7 }, 3, "▁·█")]
    [InlineData(new[] { float.NaN }, 1, "·")]
    [InlineData(new[] { float.MinValue, float.MaxValue }, 2, "▁█")]
    [InlineData(new float[0], 2, "  ")]
    public void A_sparkline_runs_from_the_least_to_the_most(float[] values, int width, string line) =>
        Assert.Equal(line, Blocks.Sparkline(values, width));

    private static string[] Lines(WatchState state, int width) =>
        new WatchFrame(state, new Style(useColor: false)).Render(width).Split('\n');

    private static WatchState State(params WatchClasses[] classes)
    {
        var signals = new SignalHistory(1, 100);
        for (var i = 0; i < 20; i++)
            signals.Add([i < 15 ? i : 0]);
        return new WatchState
        {
            Title = "activity of a person, int8",
            Source = "i2c:mpu6050@1:0x68",
            SignalNames = ["acc_x"],
            Signals = signals,
            Classes = classes,
            ValueNames = [],
            Values = new SignalHistory(0, 100),
        };
    }

    private static WatchState Busy()
    {
        var state = State(new WatchClasses("activity", ["walking", "stairs-up", "lying"], [0.75f, 0.25f, 0]));
        state.LastEvents.Enqueue("     2.0 s  walking starts, score 0.91");
        state.Elapsed = TimeSpan.FromSeconds(83.4);
        state.Steps = 12_345;
        state.StepsPerSecond = 50.02;
        state.Latency = new LatencyHistogram();
        state.Latency.Add(1000);
        state.Counts = [("held", 3), ("left out", 0), ("retries", 1200)];
        state.Note = "warning: a very long sentence about a sensor that does not answer and a bus that is held";
        return state;
    }
}
