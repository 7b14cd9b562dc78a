using EdgeSeq.ConvertTool.Output;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.Cli.Tests.Runner;

public class ProgressTests
{
    [Theory]
    [InlineData(5_000, 20_000L, 5, "steps: 5,000 of 20,000 (25 %), 1,000 a second, 15 s left")]
    [InlineData(1_000, 1_000_000L, 10, "steps: 1,000 of 1,000,000 (0 %), 100 a second, 2.8 h left")]
    [InlineData(90, 900L, 90, "steps: 90 of 900 (10 %), 1 a second, 14 min left")]
    [InlineData(5_000, null, 5, "steps: 5,000, 1,000 a second")]
    public void A_run_tells_its_rate_and_what_is_left(long done, long? total, int seconds, string text) =>
        Assert.Equal(text, Progress.TextOf("steps", done, total, TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("recording 300 of 900", 30, "recording 300 of 900: 10 a second, 60 s left")]
    [InlineData("recording 3 of 9", 30, "recording 3 of 9: 0.1 a second, 60 s left")]
    [InlineData("calibrating weights: step 1,000 of 181,000", 2, "calibrating weights: step 1,000 of 181,000: 500 a second, 6 min left")]
    [InlineData("recording 0 of 9", 30, "recording 0 of 9")]
    [InlineData("deriving the step graph", 30, "deriving the step graph")]
    public void The_converter_does_where_it_counts(string activity, int seconds, string text) =>
        Assert.Equal(text, StatusLine.WithTimes(activity, TimeSpan.FromSeconds(seconds)));
}
