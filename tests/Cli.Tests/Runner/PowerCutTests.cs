using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>A run that is killed at any moment goes on exactly from its last snapshot, or starts clean.</summary>
public sealed class PowerCutTests : IDisposable
{
    private const int Samples = 400;
    private const int Channels = 6;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_that_is_killed_a_few_times_goes_on_exactly() => KillAndGoOn(kills: 5, seed: 1);

    /// <summary>Takes half an hour and more, and is run by name only: docs/reliability.md says how.</summary>
    [Fact(Explicit = true)]
    public void A_run_that_is_killed_a_thousand_times_goes_on_exactly() => KillAndGoOn(kills: 1000, seed: 2);

    [Fact]
    public void A_hang_up_saves_the_state_and_inspect_tells_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs signals");
        var state = _folder.File("state");
        using var process = Edgeseq.Start(
            "run", Programs.Activity, "--source", "sim:walking", "--rate", "100", "--snapshot", state, "--every", "1h", "--sink",
            "jsonl:-");
        for (var i = 0; i < 20; i++)
            process.StandardOutput.ReadLine();
        Process.Start("kill", ["-HUP", process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
        var lines = 20 + process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        process.WaitForExit();

        var info = JsonDocument.Parse(Edgeseq.Run("inspect", state, "--json").Out).RootElement;
        var program = JsonDocument.Parse(Edgeseq.Run("inspect", Programs.Activity, "--json").Out).RootElement;
        Assert.Equal(130, process.ExitCode);
        Assert.Equal(lines, info.GetProperty("steps").GetInt32());
        Assert.Equal(program.GetProperty("program_sha256").GetString(), info.GetProperty("program_sha256").GetString());
    }

    private static int StepsIn(string state)
    {
        var newest = File.Exists(state) ? state : state + ".previous";
        return File.Exists(newest)
            ? JsonDocument.Parse(Edgeseq.Run("inspect", newest, "--json").Out).RootElement.GetProperty("steps").GetInt32() : 0;
    }

    /// <summary>Feeds what is left of a recording to a run, kills it, and looks what the next run starts with.</summary>
    private void KillAndGoOn(int kills, int seed)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, Samples * Channels).Select(_ => (float)random.NextDouble()).ToArray();
        var whole = Edgeseq.Run("run", Programs.Activity, "--source", $"npy:{Recording("whole", values, 0)}", "--sink", "jsonl:-").OutLines;
        var state = _folder.File("state");
        for (var kill = 0; kill < kills; kill++)
        {
            var steps = StepsIn(state);
            if (steps > Samples - 50)
            {
                File.Delete(state);
                File.Delete(state + ".previous");
                steps = 0;
            }

            using var process = Edgeseq.Start(
                "run", Programs.Activity, "--source", $"npy:{Recording("rest", values, steps)}", "--rate", "2000", "--snapshot", state,
                "--every", "1ms",
                "--sink", "jsonl:-");
            var first = process.StandardOutput.ReadLine();
            Thread.Sleep(random.Next(0, 60));
            process.Kill();
            var lines = process.StandardOutput.ReadToEnd().Split('\n')[..^1];
            process.WaitForExit();

            Assert.Empty(process.StandardError.ReadToEnd());
            Assert.Equal(whole[steps], first);
            Assert.Equal(whole.Skip(steps + 1).Take(lines.Length), lines);
        }
    }

    private string Recording(string name, float[] values, int steps) =>
        _folder.Write($"{name}.npy", NpyBytes.OfFloats(values[(steps * Channels)..], Samples - steps, Channels));
}
