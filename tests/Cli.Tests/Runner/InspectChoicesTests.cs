using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>What the converter decided about a model stands in its program, and inspect shows it with the evidence.</summary>
public sealed class InspectChoicesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_stream_has_its_mode_time_axis_rate_and_delay() => RequireShown(
        Reference("har_cnn_lstm"), ["--rate", "50"], "mode: stream", "time: axis", "rate: 50 steps a second", "delay: ");

    [Fact]
    public void A_window_has_its_size_and_hop() => RequireShown(Reference("har_attn"), ["--mode", "window", "--window", "16", "--hop", "4"],
        "mode: window", "window: 16 inputs, every 4 steps");

    [SharedTheory]
    [InlineData("step_batch_symbols", "state: h_in = h_out", "state: c_in = c_out")]
    [InlineData("step_four_states_open_shapes", "state: onnx::Mul_1 = onnx::Sub_20", "state: onnx::Mul_4 = onnx::Add_46")]
    [InlineData("stream_fixed_batch", "batch: each step takes 4 rows", "time: axis 0")]
    [InlineData("labels_metadata", "labels: ", "rate: 50 steps a second")]
    public void A_model_has_its_states_and_what_its_file_says(string model, params string[] choices) =>
        RequireShown(Path.Combine(Repository.Shared, "cases", $"{model}.onnx"), [], choices);

    private static string Reference(string name) => Path.Combine(Repository.Root, "models", "reference", $"{name}.onnx");

    /// <summary>As convert told it, and with a reason each.</summary>
    private void RequireShown(string model, string[] options, params string[] choices)
    {
        var program = _folder.File("out.eseq");
        var told = EdgeseqConvert.Run(["convert", model, "-o", program, "--precision", "f32", .. options, "--json"]);
        Assert.Equal((0, ""), (told.ExitCode, told.Err));
        using var converted = JsonDocument.Parse(told.Out);
        using var inspected = JsonDocument.Parse(Edgeseq.Run("inspect", program, "--json").Out);
        var shown = Choices(inspected);
        Assert.Equal(Choices(converted), shown);
        Assert.All(choices, choice => Assert.Contains(shown, each => each.StartsWith(choice, StringComparison.Ordinal)));

        var text = Edgeseq.Run("inspect", program).Out;
        Assert.Contains("understood as", text, StringComparison.Ordinal);
        foreach (var choice in inspected.RootElement.GetProperty("choices").EnumerateArray())
        {
            Assert.Contains(Text(choice, "chosen"), text, StringComparison.Ordinal);
            Assert.Contains(Text(choice, "why"), text, StringComparison.Ordinal);
        }
    }

    private static string[] Choices(JsonDocument json) =>
    [
        .. json.RootElement.GetProperty("choices").EnumerateArray()
            .Select(choice => $"{Text(choice, "about")}: {Text(choice, "chosen")} ({Text(choice, "why")})"),
    ];

    private static string Text(JsonElement choice, string member) => choice.GetProperty(member).GetString()!;
}
