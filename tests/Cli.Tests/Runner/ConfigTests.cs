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

    [Fact]
    public void Toml_says_the_same_as_json()
    {
        var lines = _folder.File("lines.jsonl");
        var config = _folder.Write(
            "edge.toml",
            $"# a robot\nprogram = '{Programs.Activity}'\nsource = \"sim:activity\"\nsink = [\n  'jsonl:{lines}', # all\n]\nsteps = 1_00\nrate = 1e4\njson = true\n");

        var result = Edgeseq.Run("run", "--config", config);

        Assert.Equal(100, JsonDocument.Parse(result.Out).RootElement.GetProperty("steps").GetInt32());
        Assert.Equal(100, File.ReadAllLines(lines).Length);
    }

    [Theory]
    [InlineData("""{"sorce": "sim:lying"}""", "line 1: there is no option 'sorce'. Hint: did you mean source?")]
    [InlineData("{\n\"config\": \"x.json\"}", "line 2: there is no option 'config'. Hint: edgeseq run --help")]
    [InlineData("""{"json": "yes"}""", "line 1: json takes true or false, not yes")]
    [InlineData("{\"hop\": 1,\n\"steps\": \"100\"}", "line 2: steps takes a whole number, not 100")]
    [InlineData("""{"steps": 1.5}""", "line 1: steps takes a whole number, not 1.5")]
    [InlineData("""{"rate": true}""", "line 1: rate takes a number, not true")]
    [InlineData("""{"source": {"kind": "sim"}}""", "line 1: source takes a text in quotes")]
    [InlineData("""{"source": ["sim:lying"]}""", "line 1: source takes a text in quotes, not a list")]
    [InlineData("""{"sink": ["csv:-", 3]}""", "line 1: sink takes a text in quotes, or a list of them, not 3")]
    [InlineData("""{"snapshot": null}""", "line 1: snapshot takes a text in quotes")]
    [InlineData("""{"on-fault": 1}""", "line 1: on-fault takes \"hold\" or \"reset\" or \"stop\", not 1")]
    [InlineData("""{"source": "sim:lying", "source": "sim:walking"}""", "line 1: 'source' is there twice")]
    [InlineData("""["run"]""", "line 1: is not one JSON object")]
    [InlineData("{\"steps\": 1}\n{}", "line 2: is not JSON")]
    [InlineData("source = 'sim:lying'", "line 1: is not JSON. Hint: docs/run.schema.json")]
    [InlineData("", "line 1: is not JSON")]
    public void A_file_with_anything_else_is_refused_with_its_line(string content, string words) =>
        Edgeseq.Run("run", Programs.Activity, "--config", _folder.Write("edge.json", content)).AssertError(2, "ES0710", words);

    [Theory]
    [InlineData("source = 'sim:lying'\n[sink]\n", "line 2: there are no tables")]
    [InlineData("source = 'sim:lying'\nstesp = 3\n", "line 2: there is no option 'stesp'. Hint: did you mean steps?")]
    [InlineData("\nrate = 'fast'\n", "line 2: rate takes a number, not fast")]
    [InlineData("rate = 0\n", "line 1: rate takes a number above 0, not '0'")]
    [InlineData("on-fault = 'ignore'\n", "line 1: on-fault takes stop or hold or reset, not 'ignore'")]
    public void So_is_one_in_toml(string content, string words) =>
        Edgeseq.Run("run", Programs.Activity, "--config", _folder.Write("edge.toml", content)).AssertError(2, "ES0710", words);

    private string Config(object options) => _folder.Write("edge.json", JsonSerializer.Serialize(options));
}
