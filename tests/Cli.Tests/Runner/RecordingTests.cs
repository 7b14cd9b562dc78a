using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>How recordings are read, for a program of six channels at 50 Hz.</summary>
public sealed class RecordingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Another_rate_is_converted_and_its_delay_told()
    {
        var path = _folder.Write("x.npy", NpyBytes.OfFloats(new float[1200], 200, 6));
        var result = Run(path, "--source-rate", "100", "--json");

        using var report = JsonDocument.Parse(result.Out);
        Assert.Equal(100, report.RootElement.GetProperty("steps").GetInt32());
        var conversion = report.RootElement.GetProperty("conversion");
        Assert.Equal((100, 50), (conversion.GetProperty("from_hz").GetDouble(), conversion.GetProperty("to_hz").GetDouble()));
        Assert.InRange(conversion.GetProperty("delay_s").GetDouble(), 0.1, 1);
    }

    [Fact]
    public void A_shape_that_reads_in_two_ways_is_said_and_can_be_chosen()
    {
        var path = _folder.Write("x.npy", NpyBytes.OfFloats(new float[24], 4, 1, 6));

        Assert.Contains("read as 4 recordings of 1 steps each; --recordings one reads it as one recording of 4 steps", Run(path).Err);
        Assert.DoesNotContain("warning", Run(path, "--recordings", "one").Err);
    }

    [Theory]
    [InlineData("--columns a", "csv:")]
    [InlineData("--source-rate 0", "a number above 0")]
    [InlineData("--recordings both", "auto or one or many")]
    public void An_option_that_does_not_go_with_the_source_is_an_error_of_usage(string option, string words)
    {
        var path = _folder.Write("x.npy", NpyBytes.OfFloats(new float[6], 1, 6));
        var result = Run(path, option.Split(' '));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(words, result.Err);
    }

    private static ToolResult Run(string path, params string[] more) =>
        Edgeseq.Run(["run", Programs.Activity, "--source", $"npy:{path}", .. more]);
}
