using System.Buffers.Binary;
using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.ConvertTool;

/// <summary>A decoder whose steps give six samples each, through both tools.</summary>
public sealed class UpsampledTests : IDisposable
{
    private const int Steps = 40, Channels = 3, Factor = 6, CodesPerSecond = 50;

    private static readonly string Model = Path.Combine(Repository.Root, "tests/Cli.Tests/Fixtures/decoder.onnx");

    private readonly TempFolder _folder = new();
    private readonly string _program;
    private readonly string _codes;
    private readonly ToolResult _converted;

    public UpsampledTests()
    {
        _program = _folder.File("decoder.eseq");
        _codes = _folder.Write("codes.npy", NpyBytes.OfFloats(
            [.. Enumerable.Range(0, Steps * Channels).Select(i => (float)Math.Sin(0.7 * i * i))], Steps, Channels));
        _converted = EdgeseqConvert.Run("convert", Model, "-o", _program, "--rate", $"{CodesPerSecond}", "--explain");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Convert_and_inspect_tell_how_many_come_at_once()
    {
        Assert.Equal((0, ""), (_converted.ExitCode, _converted.Err));
        Assert.Contains("output  audio [6, 1], every step", _converted.Out, StringComparison.Ordinal);
        Assert.Contains("up to 6 elements a step", _converted.Out, StringComparison.Ordinal);
        Assert.Contains("stream, 2 a step", _converted.Out, StringComparison.Ordinal);
        Assert.Contains("every 6 steps of the ops", Edgeseq.Run("inspect", _program).Out, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Edgeseq.Run("inspect", _program, "--json").Out);
        Assert.Equal(6, json.RootElement.GetProperty("input_rate").GetInt32());
        Assert.Equal(0, json.RootElement.GetProperty("delay").GetInt32());
    }

    [Fact]
    public void A_run_writes_the_samples_of_each_step()
    {
        string samples = _folder.File("y.npy"), sound = _folder.File("y.wav"), rows = _folder.File("y.csv");
        var run = Edgeseq.Run("run", _program, "--source", $"npy:{_codes}", "--sink", $"npy:{samples}", "--sink", $"wav:{sound}",
            "--sink", $"csv:{rows}");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"({Steps}, {Factor}, 1,)", File.ReadAllText(samples, System.Text.Encoding.Latin1), StringComparison.Ordinal);
        var wav = File.ReadAllBytes(sound);
        Assert.Equal(CodesPerSecond * Factor, BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(24)));
        Assert.Equal(Steps * Factor * sizeof(short), BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(40)));
        Assert.Equal(Steps + 1, File.ReadAllLines(rows).Length);
        Assert.Equal("recording,step,audio.0,audio.1,audio.2,audio.3,audio.4,audio.5", File.ReadLines(rows).First());
    }

    [Fact]
    public void It_is_what_onnx_runtime_gives_and_allocates_nothing()
    {
        using var verified = JsonDocument.Parse(EdgeseqConvert.Run("verify", Model, _program, "--data", _codes, "--json").Out);
        var output = verified.RootElement.GetProperty("outputs")[0];
        Assert.Equal(Steps * Factor, output.GetProperty("compared").GetInt32());
        Assert.True(output.GetProperty("sqnr_db").GetDouble() > 20);

        Assert.Equal(0, Edgeseq.Run("selftest", _program).ExitCode);
        using var bench = JsonDocument.Parse(Edgeseq.Run("bench", _program, "--steps", "200", "--ops", "--json").Out);
        Assert.Equal(0, bench.RootElement.GetProperty("allocated_bytes_per_step").GetDouble());
    }

    [Fact]
    public void Decisions_are_for_one_element_a_step() => Edgeseq.Run("run", _program, "--source", $"npy:{_codes}", "--decide", "on=0.5")
        .AssertError(2, "ES0705", "gives the scores of 6 elements at once");
}
