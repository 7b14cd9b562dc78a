using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.ConvertTool;

/// <summary>verify for what is more than one model: examples/tone.</summary>
public sealed class VerifyChainTests : IDisposable
{
    private static readonly string Example = Path.Combine(Repository.Root, "examples", "tone");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("chain")]
    [InlineData("folder")]
    [InlineData("models")]
    public void A_pipeline_is_compared_on_a_recording(string given)
    {
        var program = _folder.File("tone.eseq");
        EdgeseqConvert.Run("convert", "--chain", Path.Combine(Example, "tone.toml"), "-o", program);
        string[] subject = given switch
        {
            "chain" => [program, "--chain", Path.Combine(Example, "tone.toml")],
            "folder" => [program, "--models", Example],
            _ => [Path.Combine(Example, "tone.onnx"), program],
        };

        var result = EdgeseqConvert.Run(["verify", .. subject, "--data", Path.Combine(Example, "tone.wav"), "--min-sqnr", "30", "--json"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Err));
        using var json = JsonDocument.Parse(result.Out);
        var output = json.RootElement.GetProperty("outputs")[0];
        Assert.True(output.GetProperty("compared").GetInt32() > 200);
        Assert.InRange(output.GetProperty("f32").GetProperty("max_error").GetDouble(), 0, 1e-4);
    }

    [Fact]
    public void A_program_of_one_model_takes_one()
    {
        var result = EdgeseqConvert.Run("verify", Programs.Activity, "--data", Path.Combine(Example, "tone.wav"));

        result.AssertError(2, "ES0701", "one model");
    }
}
