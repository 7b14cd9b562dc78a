using System.Diagnostics;
using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

public sealed class RunTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_sink_a_table_is_printed()
    {
        var result = Edgeseq.Run("run", Programs.Activity, "--source", "sim:lying", "--steps", "100");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(101, result.OutLines.Length);
        Assert.EndsWith("  lying", result.OutLines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Out);
        Assert.Contains("100 steps, 100 with output", result.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_lines_are_json_and_the_report_goes_to_stderr()
    {
        var result = Edgeseq.Run("run", Programs.Activity, "--source", "sim:walking", "--steps", "3", "--sink", "jsonl:-");

        Assert.Equal([0, 1, 2], result.OutLines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()));
    }

    [Fact]
    public void With_json_there_is_one_document()
    {
        var result = Edgeseq.Run("run", Programs.Activity, "--source", "sim:lying", "--steps", "100", "--json");
        var report = JsonDocument.Parse(result.Out).RootElement;

        Assert.Empty(result.Err);
        Assert.Equal(1, report.GetProperty("schema").GetInt32());
        Assert.Equal(100, report.GetProperty("steps").GetInt32());
        Assert.Equal("lying", report.GetProperty("last")[0].GetProperty("top").GetString());
    }

    [Fact]
    public void Standard_input_is_a_source()
    {
        var result = Edgeseq.RunWithInput("1,0,0,0,0,0\n1,0,0,0,0,0\n", "run", Programs.Activity, "--source", "csv:-", "--sink", "csv:-");

        Assert.Equal(3, result.OutLines.Length);
        Assert.StartsWith("recording,step,activity.walking,", result.OutLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Two_halves_with_a_snapshot_equal_the_whole()
    {
        var samples = Enumerable.Range(0, 60).Select(i => MathF.Sin(i)).ToArray();
        var whole = Outputs(_folder.Write("whole.npy", NpyBytes.OfFloats(samples, 10, 6)));
        var first = Outputs(_folder.Write("first.npy", NpyBytes.OfFloats(samples[..30], 5, 6)), "--snapshot", _folder.File("state"));
        var second = Outputs(_folder.Write("second.npy", NpyBytes.OfFloats(samples[30..], 5, 6)), "--snapshot", _folder.File("state"));

        Assert.Equal(whole[..5], first);
        Assert.Equal(whole[5..], second);
    }

    [Fact]
    public void A_reader_that_goes_away_ends_the_run_quietly()
    {
        using var process = Edgeseq.Start("run", Programs.Activity, "--source", "sim:walking", "--sink", "jsonl:-");
        Assert.StartsWith("{", process.StandardOutput.ReadLine(), StringComparison.Ordinal);
        process.StandardOutput.Close();

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.Equal(0, process.ExitCode);
        Assert.Empty(process.StandardError.ReadToEnd());
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_signal_ends_a_paced_run_in_good_order(string signal)
    {
        using var process = Edgeseq.Start(
            "run", Programs.Activity, "--source", "sim:walking", "--rate", "100", "--sink", $"npy:{_folder.File("y.npy")}", "--snapshot",
            _folder.File("state"));
        WaitFor(() => _folder.Names.Any(name => name.EndsWith(".tmp", StringComparison.Ordinal)));
        Signal(process, signal);

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.Equal(130, process.ExitCode);
        Assert.Equal(["state", "y.npy"], _folder.Names);
        Assert.Contains("interrupted after", process.StandardError.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Under_a_slow_rate_a_signal_ends_the_run_at_once_and_without_another_step()
    {
        using var process = Edgeseq.Start("run", Programs.Activity, "--source", "sim:walking", "--rate", "0.001", "--sink", "jsonl:-");
        Assert.NotNull(process.StandardOutput.ReadLine());
        Signal(process, "INT");

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.Equal(130, process.ExitCode);
        Assert.Empty(process.StandardOutput.ReadToEnd());
    }

    [Fact]
    public void A_signal_ends_a_run_that_waits_for_the_rest_of_a_line()
    {
        using var process = Edgeseq.Start("run", Programs.Activity, "--source", "csv:-");
        process.StandardInput.WriteLine("1,0,0,0,0,0");
        process.StandardInput.Flush();
        Assert.Contains("walking", process.StandardOutput.ReadLine(), StringComparison.Ordinal);
        process.StandardInput.Write("1,0,0");
        process.StandardInput.Flush();
        Signal(process, "INT");

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.Equal(130, process.ExitCode);
    }

    private static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    private static void WaitFor(Func<bool> condition)
    {
        var patience = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "the run did not start");
            Thread.Sleep(50);
        }
    }

    /// <summary>The values of each step, as text.</summary>
    private static string[] Outputs(string recording, params string[] more)
    {
        var result = Edgeseq.Run(["run", Programs.Activity, "--source", $"npy:{recording}", "--sink", "jsonl:-", .. more]);
        Assert.Equal(0, result.ExitCode);
        return [.. result.OutLines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("outputs").GetRawText())];
    }
}
