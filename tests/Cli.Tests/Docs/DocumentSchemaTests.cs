using System.Text.Json.Nodes;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Docs;

/// <summary>docs/schemas: what the tools' JSON documents hold. To write them again, run this class with
/// <c>EDGESEQ_UPDATE_DOCS=1</c>.</summary>
public sealed class DocumentSchemaTests : IDisposable
{
    private const string ActivityLayer = "/dense/MatMul";
    private static readonly string Text = Path.Combine(Repository.Root, "examples", "text", "text.eseq");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run()
    {
        var rows = Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{i * 0.02:0.00},0,0,1,0,0,0\n"));
        var csv = _folder.Write("x.csv", "time,a,b,c,d,e,f\n" + string.Concat(rows));
        Check("edgeseq run", "run",
            Edgeseq.Run("run", Programs.Activity, "--source", "sim:mpu6050:3,units=g,faults=3000", "--steps", "300",
                "--on-fault", "hold", "--json"),
            Edgeseq.Run("run", Programs.Activity, "--source", $"csv:{csv}", "--source-rate", "100", "--json"),
            Edgeseq.Run("run", Programs.Activity, "--source", "sim:walking", "--steps", "50", "--rate", "1000",
                "--sink", $"csv:{_folder.File("y.csv")}", "--json"));
    }

    [Fact]
    public void Bench() => Check("edgeseq bench", "bench",
        Edgeseq.Run("bench", Programs.Activity, "--steps", "64", "--ops", "--rate", "1000", "--compare-float", Programs.Activity, "--json"),
        Edgeseq.Run("bench", Text, "--steps", "64", "--json"));

    [Fact]
    public void Sensors() => Check("edgeseq sensors", "sensors", Edgeseq.Run("sensors", "--json"));

    [Fact]
    public void BenchBesideOnnxRuntime() => Check("edgeseq-convert bench", "convert-bench",
        EdgeseqConvert.Run("bench", Programs.Activity, "--onnx", Programs.ActivityModel, "--json"));

    [Fact]
    public void Inspect()
    {
        var partlyFloat = _folder.File("float.eseq");
        EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", partlyFloat, "--float-node", ActivityLayer);
        var decoder = _folder.File("decoder.eseq");
        EdgeseqConvert.Run("convert", Path.Combine(Repository.Root, "tests/Cli.Tests/Fixtures/decoder.onnx"), "-o", decoder);
        Check("edgeseq inspect", "inspect",
            Edgeseq.Run("inspect", Programs.Activity, "--json"), Edgeseq.Run("inspect", Text, "--json"),
            Edgeseq.Run("inspect", Path.Combine(Repository.Root, "examples", "custom-sensor", "window.eseq"), "--json"),
            Edgeseq.Run("inspect", partlyFloat, "--json"), Edgeseq.Run("inspect", decoder, "--json"));
    }

    [Fact]
    public void Convert()
    {
        var recording = _folder.Write("x.npy", NpyBytes.OfFloats(new float[2 * 40 * 6], 2, 40, 6));
        Check("edgeseq-convert convert", "convert",
            EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", _folder.File("a.eseq"), "--json"),
            EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", _folder.File("b.eseq"), "--calibrate", recording, "--json"),
            EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", _folder.File("c.eseq"), "--float-node", ActivityLayer, "--json"));
    }

    [Fact]
    public void Verify()
    {
        var labels = _folder.Write("y.npy", NpyBytes.Of("<i8", new long[] { 0, 5 }, 2));
        var values = Enumerable.Range(0, 2 * 40 * 6).Select(i => (float)Math.Sin(i)).ToArray();
        var recording = _folder.Write("x.npy", NpyBytes.OfFloats(values, 2, 40, 6));
        Check("edgeseq-convert verify", "verify",
            EdgeseqConvert.Run("verify", Programs.ActivityModel, Programs.Activity, "--data", recording, "--labels", labels,
                "--max-loss", "1", "--json"),
            EdgeseqConvert.Run("verify", Programs.ActivityModel, Programs.Activity, "--data", recording, "--json"));
    }

    [Fact]
    public void VerifyOfSeveralPrograms()
    {
        var values = Enumerable.Range(0, 2 * 40 * 6).Select(i => (float)Math.Sin(i)).ToArray();
        var recording = _folder.Write("x.npy", NpyBytes.OfFloats(values, 2, 40, 6));
        var f32 = _folder.File("f32.eseq");
        Assert.Equal(0, EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", f32, "--precision", "f32").ExitCode);
        Check("edgeseq-convert verify MODEL A B …", "verify-several",
            EdgeseqConvert.Run("verify", Programs.ActivityModel, f32, Programs.Activity, "--data", recording, "--json"));
    }

    /// <summary>Without what convert says only where it measured that int8 gains nothing here.</summary>
    private static string WithoutMeasurement(string document)
    {
        var json = JsonNode.Parse(document)!.AsObject();
        json.Remove("slowness");
        return json.ToJsonString();
    }

    private static void Check(string command, string name, params IReadOnlyList<ToolResult> results)
    {
        Assert.All(results, result => Assert.True(result.ExitCode == 0, result.Err));
        GeneratedFile.Check(DocumentSchema.TextOf(command, [.. results.Select(result => WithoutMeasurement(result.Out))]),
            "docs", "schemas", $"{name}.schema.json");
    }
}
