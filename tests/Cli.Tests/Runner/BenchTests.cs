using System.Diagnostics;
using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Quantize.Conversion;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>A program that works at every 50th step only: most steps cost next to nothing, and a few cost a lot.</summary>
public sealed class BenchTests : IDisposable
{
    private const int Window = 400;
    private const int Hop = 50;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Outputs_are_timed_by_themselves_and_it_ends_in_seconds()
    {
        var patience = Stopwatch.StartNew();
        var report = Bench();

        var outputs = report.GetProperty("steps_with_output").GetInt64();
        Assert.InRange(outputs, 2, (report.GetProperty("steps").GetInt64() / Hop) + 1);
        Assert.True(report.GetProperty("output_ns").GetProperty("p50").GetInt64() > 10 * report.GetProperty("step_ns").GetProperty("p50").GetInt64());
        Assert.True(patience.Elapsed < TimeSpan.FromMinutes(1), $"{patience.Elapsed}");
    }

    [Fact]
    public void The_users_number_of_steps_is_kept() => Assert.Equal(3000, Bench("--steps", "3000").GetProperty("steps").GetInt64());

    [Fact]
    public void A_program_that_gives_an_output_each_step_has_one_time() => Assert.False(
        JsonDocument.Parse(Edgeseq.Run("bench", Programs.Activity, "--steps", "50", "--json").Out).RootElement.TryGetProperty("output_ns", out _));

    private JsonElement Bench(params string[] more)
    {
        var options = new ConvertOptions { Mode = ConvertMode.Window, Window = Window, Hop = Hop };
        var program = _folder.Write("window.eseq", Converter.Convert(Programs.ActivityModel, options).Program);
        return JsonDocument.Parse(Edgeseq.Run(["bench", program, "--json", .. more]).Out).RootElement;
    }
}
