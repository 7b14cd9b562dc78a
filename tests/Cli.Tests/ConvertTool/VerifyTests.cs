using System.Globalization;
using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.ConvertTool;

public sealed class VerifyTests : IDisposable
{
    private const int Recordings = 2, Steps = 50, Channels = 6;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_program_that_fits_passes_with_a_table()
    {
        var result = EdgeseqConvert.Run("verify", Programs.ActivityModel, Programs.Activity, "--data", Data(), "--min-sqnr", "20",
            "--max-error", "10");

        Assert.Equal((0, ""), (result.ExitCode, result.Err));
        Assert.Contains("SQNR dB", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_figures_of_every_output()
    {
        var labels = _folder.Write("y.npy", NpyBytes.Of("<i8", new long[] { 0, 5 }, Recordings));
        var result = EdgeseqConvert.Run("verify", Programs.ActivityModel, Programs.Activity, "--data", Data(), "--labels", labels,
            "--json");

        using var json = JsonDocument.Parse(result.Out);
        Assert.Equal(1, json.RootElement.GetProperty("schema").GetInt32());
        Assert.Equal(Recordings * Steps, json.RootElement.GetProperty("steps").GetInt32());
        Assert.InRange(json.RootElement.GetProperty("int8_mac_share").GetDouble(), 0.01, 1);
        var output = json.RootElement.GetProperty("outputs")[0];
        foreach (var figure in new[] { "max_error", "sqnr_db", "agreement", "int8_mac_share" })
            Assert.Equal(JsonValueKind.Number, output.GetProperty(figure).ValueKind);
        foreach (var source in new[] { "onnx", "f32", "int8" })
            Assert.InRange(output.GetProperty("accuracy").GetProperty(source).GetDouble(), 0, 1);
    }

    [Fact]
    public void Json_has_the_loss_that_max_loss_bounds_with_labels_of_the_accuracy()
    {
        var labels = _folder.Write("y.npy", NpyBytes.Of("<i8", new long[] { 0, 5 }, Recordings));

        using var labelled = JsonDocument.Parse(EdgeseqConvert.Run("verify", Programs.ActivityModel, Programs.Activity, "--data", Data(),
            "--labels", labels, "--json").Out);
        using var unlabelled =
            JsonDocument.Parse(EdgeseqConvert.Run("verify", Programs.ActivityModel, Programs.Activity, "--data", Data(), "--json").Out);

        var scored = labelled.RootElement.GetProperty("outputs")[0];
        var accuracy = scored.GetProperty("accuracy");
        Assert.Equal(accuracy.GetProperty("onnx").GetDouble() - accuracy.GetProperty("int8").GetDouble(),
            scored.GetProperty("loss").GetDouble());
        var decided = unlabelled.RootElement.GetProperty("outputs")[0];
        Assert.Equal(1 - decided.GetProperty("agreement").GetDouble(), decided.GetProperty("loss").GetDouble());
    }

    [Fact]
    public void A_broken_threshold_is_exit_code_1_after_the_report()
    {
        var result = EdgeseqConvert.Run("verify", Programs.ActivityModel, Programs.Activity, "--data", Data(), "--max-error", "0",
            "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error ES0803: ", result.Err, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(result.Out);
        Assert.False(json.RootElement.GetProperty("passed").GetBoolean());
    }

    [Fact]
    public void The_report_is_a_page()
    {
        var page = _folder.File("report.html");

        EdgeseqConvert.Run("verify", Programs.ActivityModel, Programs.Activity, "--data", Data(), "--report", page);

        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Recordings_are_read_as_run_reads_them()
    {
        var values = Values()[..(Steps * Channels)];
        var rows = values.Chunk(Channels).Select((row, t) => $"{t},{string.Join(',', row.Reverse().Select(Text))}");
        var table = _folder.Write("x.csv", $"n,f,e,d,c,b,a\n{string.Join('\n', rows)}\n");
        var one = _folder.Write("one.npy", NpyBytes.OfFloats(values, Steps, Channels));

        Assert.Equal(Figures(one), Figures(table, "--columns", "a,b,c,d,e,f"));
        Assert.InRange(Figures(one, "--source-rate", "100").Steps, (Steps / 2) - 1, (Steps / 2) + 1);
        EdgeseqConvert.Run("verify", Programs.ActivityModel, Programs.Activity, "--data", table, "--recordings", "many")
            .AssertError(2, "ES0704", "--recordings many");
    }

    [Fact]
    public void A_NaN_in_the_data_is_bad_data()
    {
        var values = Values();
        values[7] = float.NaN;

        EdgeseqConvert.Run("verify", Programs.ActivityModel, Programs.Activity, "--data", Data(values)).AssertError(3, "ES0305", "step 1");
    }

    [Fact]
    public void A_damaged_program_is_bad_data()
    {
        var bytes = File.ReadAllBytes(Programs.Activity);
        bytes[^1] ^= 1;

        EdgeseqConvert.Run("verify", Programs.ActivityModel, _folder.Write("bad.eseq", bytes), "--data", Data())
            .AssertError(3, "ES0106", "bad.eseq");
    }

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);

    private static (int Steps, double MaxError) Figures(string data, params string[] options)
    {
        var result = EdgeseqConvert.Run(["verify", Programs.ActivityModel, Programs.Activity, "--data", data, .. options, "--json"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Err));
        using var json = JsonDocument.Parse(result.Out);
        return (json.RootElement.GetProperty("steps").GetInt32(),
            json.RootElement.GetProperty("outputs")[0].GetProperty("max_error").GetDouble());
    }

    private static float[] Values()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, Recordings * Steps * Channels).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }

    private string Data(float[]? values = null) =>
        _folder.Write("x.npy", NpyBytes.OfFloats(values ?? Values(), Recordings, Steps, Channels));
}
