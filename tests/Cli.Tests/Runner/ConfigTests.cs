using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

public sealed class ConfigTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_holds_the_program_and_every_kind_of_option()
    {
        var config = Config(new
        {
            program = Programs.Activity,
            source = "sim:activity",
            sink = new[] { $"jsonl:{_folder.File("lines.jsonl")}", $"csv:{_folder.File("table.csv")}" },
            steps = 100,
            json = true,
        });

        var result = Edgeseq.Run("run", "--config", config);

        Assert.Equal(100, JsonDocument.Parse(result.Out).RootElement.GetProperty("steps").GetInt32());
        Assert.Equal([100, 101], new[] { "lines.jsonl", "table.csv" }.Select(name => File.ReadAllLines(_folder.File(name)).Length));
    }

    [Fact]
    public void What_is_typed_has_the_last_word()
    {
        var config = Config(new { program = "none.eseq", source = "sim:lying", steps = 100, json = true });

        var result = Edgeseq.Run("run", Programs.Activity, $"--config={config}", "--steps", "7");

        Assert.Equal(7, JsonDocument.Parse(result.Out).RootElement.GetProperty("steps").GetInt32());
    }

    [Theory]
    [InlineData("""{"sorce": "sim:lying"}""", "no option 'sorce'")]
    [InlineData("""{"config": "x.json"}""", "no option 'config'")]
    [InlineData("""{"json": "yes"}""", "true or false")]
    [InlineData("""{"source": {"kind": "sim"}}""", "a text or a number")]
    [InlineData("""{"source": "sim:lying", "source": "sim:walking"}""", "one JSON object")]
    [InlineData("""["run"]""", "one JSON object")]
    [InlineData("source = 'sim:lying'", "one JSON object")]
    public void A_file_with_anything_else_is_refused(string content, string words) =>
        Edgeseq.Run("run", Programs.Activity, "--config", _folder.Write("edge.json", content)).AssertError(2, "ES0710", words);

    [Fact]
    public void A_value_is_checked_as_if_it_was_typed() =>
        Edgeseq.Run("run", Programs.Activity, "--config", Config(new { source = "sim:lying", rate = 0 }))
        .AssertError(2, "ES0701", "--rate takes a number above 0");

    [Fact]
    public void The_schema_has_every_option_of_run()
    {
        var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "run.schema.json"))).RootElement;
        var help = Edgeseq.Run("run", "--help").OutLines.Select(line => line.Trim())
            .Where(line => line.StartsWith("--", StringComparison.Ordinal))
            .Select(line => line[2..].Split(' ')[0]).Where(option => option != "config");

        Assert.Equal(
            help.Append("program").Order(StringComparer.Ordinal),
            schema.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
    }

    private string Config(object options) => _folder.Write("edge.json", JsonSerializer.Serialize(options));
}
