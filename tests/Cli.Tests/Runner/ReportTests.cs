using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

public class ReportTests
{
    [Fact]
    public void Bench_reports_what_a_step_costs()
    {
        var result = Edgeseq.Run("bench", Programs.Activity, "--steps", "2000", "--json");
        var report = JsonDocument.Parse(result.Out).RootElement;

        Assert.Equal(1, report.GetProperty("schema").GetInt32());
        Assert.Equal(2000, report.GetProperty("steps").GetInt64());
        Assert.Equal(0, report.GetProperty("allocated_bytes_per_step").GetDouble());
        Assert.Equal(50, report.GetProperty("rate_hz").GetDouble());
        Assert.NotEmpty(report.GetProperty("isa").GetString()!);
        foreach (var name in new[] { "weight_bytes", "state_bytes", "arena_bytes", "floor_ns", "peak_rss_bytes", "steps_per_second",
            "times_real_time" })
        {
            Assert.True(report.GetProperty(name).GetDouble() > 0, name);
        }

        var step = report.GetProperty("step_ns");
        Assert.True(step.GetProperty("p50").GetInt64() <= step.GetProperty("p99").GetInt64());
        Assert.True(step.GetProperty("p999").GetInt64() <= step.GetProperty("max").GetInt64());
    }

    [Fact]
    public void The_outputs_checksum_does_not_depend_on_the_number_of_timed_steps() => Assert.Equal(Crc("100"), Crc("300"));

    [Fact]
    public void A_paced_bench_counts_missed_deadlines()
    {
        var report = JsonDocument.Parse(Edgeseq.Run("bench", Programs.Activity, "--steps", "100", "--rate", "200",
            "--json").Out).RootElement;

        Assert.Equal(200, report.GetProperty("rate_hz").GetDouble());
        Assert.InRange(report.GetProperty("deadline_misses").GetInt64(), 0, 100);
    }

    [Fact]
    public void Inspect_shows_ports_state_ops_and_origin()
    {
        var report = JsonDocument.Parse(Edgeseq.Run("inspect", Programs.Activity, "--json").Out).RootElement;

        Assert.Equal("stream", report.GetProperty("mode").GetString());
        Assert.Equal("motion", report.GetProperty("inputs")[0].GetProperty("name").GetString());
        Assert.Equal(6, report.GetProperty("outputs")[0].GetProperty("labels").GetArrayLength());
        var lstm = report.GetProperty("ops").EnumerateArray().Single(op => op.GetProperty("op").GetString() == "LSTM");
        Assert.Equal("int8", lstm.GetProperty("precision").GetString());
        Assert.Equal(4 * 48 * (6 + 48), lstm.GetProperty("macs").GetInt64());
        Assert.Equal("activity.onnx", report.GetProperty("provenance").GetProperty("onnx_file").GetString());
    }

    [Fact]
    public void Inspect_names_the_kernels_that_bench_uses() => Assert.Equal(Isa("bench", "--steps", "32"), Isa("inspect"));

    [Theory]
    [InlineData("mermaid", "flowchart TD\n", "[(\"/lstm/LSTM.h<br/>f32 [1, 48]\")]:::state", "<br/>LSTM · int8<br/>")]
    [InlineData("dot", "digraph program {\n", "[label=\"/lstm/LSTM.h\\nf32 [1, 48]\" shape=cylinder", "\\nLSTM · int8\\n")]
    public void Inspect_draws_a_program(string language, string start, string state, string op)
    {
        var result = Edgeseq.Run("inspect", Programs.Activity, "--graph", language);

        Assert.StartsWith(start, result.Out, StringComparison.Ordinal);
        Assert.Contains(state, result.Out, StringComparison.Ordinal);
        Assert.Contains(op, result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_prints_tables_for_people()
    {
        var result = Edgeseq.Run("inspect", Programs.Activity);

        Assert.Contains("inputs\n  name    type  shape", result.Out, StringComparison.Ordinal);
        Assert.Contains("/lstm/LSTM", result.Out, StringComparison.Ordinal);
        Assert.Contains("nodes of the model\n  node", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Selftest_passes_on_this_machine()
    {
        var result = Edgeseq.Run("selftest", Programs.Activity);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("every output bit as recorded", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_demo_without_a_terminal_is_a_line_for_each_second()
    {
        var result = Edgeseq.Run("demo");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(44, result.OutLines.Length);
        foreach (var activity in new[] { "walking", "stairs-up", "stairs-down", "sitting", "standing", "lying" })
            Assert.Contains(result.OutLines, line => line.Split(activity).Length == 3);
        Assert.EndsWith("allocated 0 bytes", result.OutLines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Out);
        Assert.Contains("a bundled LSTM says what the person does", result.Err, StringComparison.Ordinal);
    }

    private static string? Crc(string steps) =>
        JsonDocument.Parse(Edgeseq.Run("bench", Programs.Activity, "--steps", steps, "--json").Out).RootElement.GetProperty("output_crc32")
        .GetString();

    private static string? Isa(string command, params string[] options) =>
        JsonDocument.Parse(Edgeseq.Run([command, Programs.Activity, "--json", .. options]).Out).RootElement.GetProperty("isa").GetString();
}
