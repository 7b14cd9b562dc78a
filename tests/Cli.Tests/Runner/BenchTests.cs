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
        Assert.True(Median("output_ns") > 10 * Median("step_ns"));
        Assert.True(patience.Elapsed < TimeSpan.FromMinutes(1), $"{patience.Elapsed}");

        long Median(string name) => report.GetProperty(name).GetProperty("p50").GetInt64();
    }

    [Fact]
    public void The_users_number_of_steps_is_kept() => Assert.Equal(3000, Bench("--steps", "3000").GetProperty("steps").GetInt64());

    [Fact]
    public void A_program_that_gives_an_output_each_step_has_one_time() =>
        Assert.False(Json("bench", Programs.Activity, "--steps", "50", "--json").TryGetProperty("output_ns", out _));

    [Fact]
    public void Each_op_has_its_time_and_together_they_are_the_step()
    {
        var ops = Json("bench", Programs.Activity, "--steps", "2000", "--ops", "--json").GetProperty("ops").EnumerateArray().ToArray();

        Assert.Equal(["Binary", "Binary", "LSTM", "Linear", "Softmax"], ops.Select(op => op.GetProperty("op").GetString()));
        Assert.Equal(1, ops.Sum(op => op.GetProperty("share").GetDouble()), 6);
    }

    [Fact]
    public void A_layer_over_a_whole_window_takes_longer_than_what_only_keeps_an_element()
    {
        // A pause of the machine falls on any op; of three runs the least has none, and it would have to be long.
        JsonElement[][] runs = [.. Enumerable.Range(0, 3)
            .Select(_ => Bench("--steps", "3000", "--ops").GetProperty("ops").EnumerateArray().ToArray())];
        Assert.True(Least("LSTM") > Least("Push"), string.Join('\n', runs.SelectMany(run => run)));

        double Least(string name) =>
            runs.Min(run => run.Single(op => op.GetProperty("op").GetString() == name).GetProperty("ns").GetDouble());
    }

    [Fact]
    public void Without_ops_none_are_timed() =>
        Assert.False(Json("bench", Programs.Activity, "--steps", "50", "--json").TryGetProperty("ops", out _));

    [Fact]
    public void The_float_program_is_timed_in_the_same_rounds()
    {
        var f32 = _folder.Write("f32.eseq", Converter.Convert(Programs.ActivityModel, new() { Precision = ConvertPrecision.F32 }).Program);

        var report = Json("bench", Programs.Activity, "--steps", "2000", "--compare-float", f32, "--json");

        var other = report.GetProperty("float");
        Assert.Equal((2000, f32), (other.GetProperty("steps").GetInt32(), other.GetProperty("program").GetString()));
        Assert.True(other.GetProperty("weight_bytes").GetInt64() > 2 * report.GetProperty("weight_bytes").GetInt64());
        Assert.NotEqual(report.GetProperty("output_crc32").GetString(), other.GetProperty("output_crc32").GetString());
    }

    [Fact]
    public void The_desk_tool_times_onnx_runtime_in_the_same_run()
    {
        var result = EdgeseqConvert.Run("bench", Programs.Activity, "--onnx", Programs.ActivityModel, "--json");

        var timings = JsonDocument.Parse(result.Out).RootElement.GetProperty("timings").EnumerateArray().ToArray();
        Assert.Equal(["EdgeSeq, int8", "EdgeSeq, float32", "ONNX Runtime, float32"],
            timings.Select(timing => timing.GetProperty("name").GetString()));
        Assert.Equal(1, timings[0].GetProperty("ratio").GetDouble());
        Assert.All(timings, timing => Assert.InRange(timing.GetProperty("ns").GetDouble(), 10, 1e8));
    }

    private static JsonElement Json(params string[] arguments) => JsonDocument.Parse(Edgeseq.Run(arguments).Out).RootElement;

    private JsonElement Bench(params string[] more)
    {
        var options = new ConvertOptions { Mode = ConvertMode.Window, Window = Window, Hop = Hop };
        var program = _folder.Write("window.eseq", Converter.Convert(Programs.ActivityModel, options).Program);
        return JsonDocument.Parse(Edgeseq.Run(["bench", program, "--json", .. more]).Out).RootElement;
    }
}
