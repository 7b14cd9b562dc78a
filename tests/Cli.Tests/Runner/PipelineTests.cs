using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>One file with source, front end, model, decision and sinks: examples/tone.</summary>
public sealed class PipelineTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _file;

    /// <summary>The example's own file, its paths made absolute.</summary>
    public PipelineTests()
    {
        var example = Path.Combine(Repository.Root, "examples", "tone");
        _file = _folder.Write("tone.toml", File.ReadAllText(Path.Combine(example, "tone.toml"))
            .Replace("wav:examples/tone", $"wav:{example}", StringComparison.Ordinal)
            .Replace("\"tone.onnx\"", $"'{Path.Combine(example, "tone.onnx")}'", StringComparison.Ordinal)
            .Replace("\"examples/tone/tone.eseq\"", $"'{_folder.File("tone.eseq")}'", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_recording_becomes_events_by_one_command()
    {
        var refused = Edgeseq.Run("run", _file);
        var converted = EdgeseqConvert.Run("convert", "--chain", _file, "-o", _folder.File("tone.eseq"));
        var result = Edgeseq.Run("run", _file);

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains($"edgeseq-convert convert --chain {_file} -o {_folder.File("tone.eseq")}", refused.Err, StringComparison.Ordinal);
        Assert.Equal(0, converted.ExitCode);
        var events = result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .ToArray();
        Assert.Equal(["start", "end", "start", "end"], events.Select(each => each.GetProperty("phase").GetString()));

        // Tones sound from 0.6 to 1.1 s and from 1.8 to 2.4 s; a frame covers 25 ms.
        double[] expected = [0.6, 1.1, 1.8, 2.4];
        Assert.All(events.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.GetProperty("time").GetDouble(), 0.08));
    }

    [Fact]
    public void Json_holds_the_chain_as_an_object()
    {
        var file = _folder.Write("none.json", $$"""{"chain": {"chunk": 80}, "program": "{{_folder.File("none.eseq")}}"}""");

        var result = Edgeseq.Run("run", file);

        Assert.Contains("has not been made yet", result.Err, StringComparison.Ordinal);
    }
}
