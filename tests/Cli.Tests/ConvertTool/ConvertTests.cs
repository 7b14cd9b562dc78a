using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.ConvertTool;

public sealed class ConvertTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Output => _folder.File("out.eseq");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_becomes_a_program_that_edgeseq_runs()
    {
        var converted = EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", Output);

        Assert.Equal((0, ""), (converted.ExitCode, converted.Err));
        Assert.Contains("stream program, int8", converted.Out, StringComparison.Ordinal);
        Assert.Equal(["out.eseq"], _folder.Names);
        Assert.Equal(0, Edgeseq.Run("selftest", Output).ExitCode);
    }

    [Fact]
    public void Json_tells_what_was_made()
    {
        var result = EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", Output, "--precision", "f32", "--json");

        using var json = JsonDocument.Parse(result.Out);
        Assert.Equal(1, json.RootElement.GetProperty("schema").GetInt32());
        Assert.Equal("f32", json.RootElement.GetProperty("precision").GetString());
        Assert.Equal(0, json.RootElement.GetProperty("int8_mac_share").GetDouble());
        Assert.Equal(new FileInfo(Output).Length, json.RootElement.GetProperty("file_bytes").GetInt64());
    }

    [Fact]
    public void Explain_names_every_node()
    {
        var result = EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", Output, "--explain");

        Assert.Contains("became", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_step_graph_can_be_written_as_an_onnx_model_too()
    {
        var result = EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", Output, "--emit-onnx", _folder.File("step.onnx"));

        Assert.Equal((0, ""), (result.ExitCode, result.Err));
        Assert.Equal(["out.eseq", "step.onnx"], _folder.Names.Order());
        Assert.Contains("/lstm/LSTM.h_in", File.ReadAllText(_folder.File("step.onnx")), StringComparison.Ordinal);
    }

    /// <summary>A Slice whose steps are a matrix: ONNX Runtime aborts the process that evaluates it.</summary>
    [Fact]
    public void A_model_that_ends_onnx_runtimes_process_is_one_error_with_a_code()
    {
        var result = EdgeseqConvert.Run("convert", Path.Combine(Repository.Root, "tests/Cli.Tests/Fixtures/aborting.onnx"), "-o", Output);

        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("error ES02", result.Err.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void The_same_inputs_give_the_same_file()
    {
        EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", Output);
        EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", _folder.File("again.eseq"));

        Assert.Equal(File.ReadAllBytes(Output), File.ReadAllBytes(_folder.File("again.eseq")));
    }

    [Theory]
    [InlineData("dance", "'dance'")]
    [InlineData("conver", "did you mean convert?")]
    [InlineData("convert -o {o}", "argument")]
    [InlineData("convert {m}", "-o")]
    [InlineData("convert {m} -o {o} --nope", "'--nope'")]
    [InlineData("convert {m} -o {o} --mode fast", "auto or stream or step or window")]
    [InlineData("convert {m} -o {o} --window 0", "whole number above 0")]
    [InlineData("convert {m} -o {o} --time-axis x", "INPUT=AXIS")]
    [InlineData("convert {m} -o {o} --time-axis x=y", "'y'")]
    [InlineData("convert {m} -o {o} --set a=1 --set a=2", "twice")]
    [InlineData("verify {m} {o}", "--data")]
    [InlineData("verify {m} {o} --data x.npy --min-sqnr -3", "from 0 up")]
    public void A_wrong_command_line_is_one_line_and_exit_code_2(string arguments, string words) =>
        EdgeseqConvert.Run([.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(a => a.Replace("{m}", Programs.ActivityModel, StringComparison.Ordinal).Replace("{o}", Output, StringComparison.Ordinal))])
            .AssertError(2, "ES0701", words);

    [Fact]
    public void A_float_node_that_is_not_there_is_a_usage_error() =>
        EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", Output, "--float-node", "nowhere").AssertError(2, "ES0704", "nowhere");

    [Fact]
    public void A_pattern_that_fits_no_node_is_a_usage_error() =>
        EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", Output, "--exclude", "Conv*").AssertError(2, "ES0704", "Conv*");

    [Theory]
    [InlineData("--max-loss", "0.01")]
    [InlineData("--calibrate-labels", "y.npy")]
    public void A_goal_without_recordings_is_a_usage_error(string option, string value) =>
        EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", Output, option, value).AssertError(2, "ES0704", option);

    [Fact]
    public void An_excluded_op_type_stays_float()
    {
        var result = EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", Output, "--exclude", "*", "--json");

        using var json = JsonDocument.Parse(result.Out);
        Assert.Equal(0, json.RootElement.GetProperty("int8_mac_share").GetDouble());
    }

    [Fact]
    public void Calibration_shows_what_every_node_adds_to_the_error_and_gives_the_same_file_again()
    {
        var random = new Random(3);
        var data = _folder.Write("data.npy",
            NpyBytes.OfFloats([.. Enumerable.Range(0, 2400).Select(_ => (float)random.NextDouble())], 400, 6));

        var text = EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", Output, "--calibrate", data, "--max-loss", "0.02");
        var json = EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", _folder.File("again.eseq"), "--calibrate", data,
            "--max-loss", "0.02", "--json");

        Assert.Contains("share of error", text.Out, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(json.Out);
        var calibration = document.RootElement.GetProperty("calibration");
        Assert.True(calibration.GetProperty("goal_met").GetBoolean());
        Assert.Equal(1, calibration.GetProperty("nodes").EnumerateArray().Sum(node => node.GetProperty("error_share_int8").GetDouble()), 6);
        Assert.Equal(File.ReadAllBytes(Output), File.ReadAllBytes(_folder.File("again.eseq")));
    }

    [Fact]
    public void A_missing_model_is_bad_data() =>
        EdgeseqConvert.Run("convert", _folder.File("none.onnx"), "-o", Output).AssertError(3, "ES0601", "none.onnx");

    [Fact]
    public void A_file_that_is_no_model_is_bad_data() =>
        EdgeseqConvert.Run("convert", _folder.Write("text.onnx", "hello"), "-o", Output).AssertError(3, "ES0201", "text.onnx");

    [Fact]
    public void A_model_that_is_cut_short_is_bad_data()
    {
        var whole = File.ReadAllBytes(Programs.ActivityModel);
        var result = EdgeseqConvert.Run("convert", _folder.Write("cut.onnx", whole[..(whole.Length / 2)]), "-o", Output);

        result.AssertError(3, "ES0202", "cut.onnx");
    }

    [Fact]
    public void A_program_that_cannot_be_written_is_an_IO_error() =>
        EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", _folder.File("no/folder.eseq")).AssertError(5, "ES0603", "folder.eseq");

    [Fact]
    public void A_refused_model_leaves_the_old_program_alone()
    {
        File.WriteAllText(Output, "old");

        EdgeseqConvert.Run("convert", _folder.Write("text.onnx", "hello"), "-o", Output);

        Assert.Equal("old", File.ReadAllText(Output));
    }

    [Fact]
    public void Calibration_data_of_another_width_is_bad_data()
    {
        var data = _folder.Write("data.npy", NpyBytes.OfFloats(new float[20], 4, 5));

        EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", Output, "--calibrate", data).AssertError(3, "ES0303", "[4,5]");
    }

    [SharedFact]
    public void A_model_that_needs_the_future_is_unsupported() =>
        EdgeseqConvert.Run("convert", Path.Combine(Repository.Shared, "models", "har_bilstm.onnx"), "-o", Output)
            .AssertError(4, "ES0412", "bidirectional");
}
