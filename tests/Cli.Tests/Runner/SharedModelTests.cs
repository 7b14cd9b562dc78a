using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Quantize.Conversion;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>Models beside the repository, converted by the library and run by the tool.</summary>
public sealed class SharedModelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedFact]
    public void Text_is_classified_word_by_word()
    {
        var program = Convert("models/text_lstm.onnx",
            new ConvertOptions { Labels = ["negative", "positive"], Vocabulary = VocabularyFile.Read(Shared("data/text_vocab.json")) });
        var result = Edgeseq.RunWithInput("a moving and often very funny film\n", "run", program, "--source", "text:-");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["word", "a", "moving", "and", "often", "very", "funny", "film"], result.OutLines.Select(line => line.Split(' ')[0]));
        Assert.EndsWith("positive", result.OutLines[^1], StringComparison.Ordinal);
    }

    [SharedTheory]
    [InlineData("walking")]
    [InlineData("stairs-up")]
    [InlineData("stairs-down")]
    [InlineData("sitting")]
    [InlineData("standing")]
    [InlineData("lying")]
    public void A_model_of_the_recordings_recognises_the_simulated_activity(string activity)
    {
        const int Steps = 300;
        const int Settling = 50;
        var program = Convert("models/har_gru.onnx", new ConvertOptions
        {
            Labels = ["walking", "stairs-up", "stairs-down", "sitting", "standing", "lying"],
            Normalize = NormalizeStats.Read(Shared("data/har_meta.json")),
        });
        var right = Enumerable.Range(1, 5).Sum(seed => Fixtures.Edgeseq
            .Run("run", program, "--source", $"sim:{activity}:{seed}", "--steps", $"{Steps}").OutLines[(Settling + 1)..]
            .Count(line => line.EndsWith($"  {activity}", StringComparison.Ordinal)));

        Assert.True(right > 0.8 * 5 * (Steps - Settling), $"{right} of {5 * (Steps - Settling)} steps");
    }

    [SharedFact]
    public void Audio_runs_in_frames_with_a_hop()
    {
        var program = Convert("real/silero_vad_16k_op15.onnx",
            new ConvertOptions { Set = new Dictionary<string, string> { ["sr"] = "16000" } });
        var result = Edgeseq.Run("run", program, "--source", $"wav:{Shared("real/noisy_speech_16k.wav")}", "--hop", "512", "--steps", "40",
            "--json");

        Assert.Equal(40, JsonDocument.Parse(result.Out).RootElement.GetProperty("steps_with_output").GetInt32());
    }

    [SharedTheory]
    [InlineData("auto", 1, 5)]
    [InlineData("one", 1, 5)]
    [InlineData("many", 5, 5)]
    public void A_column_for_a_scalar_input_is_one_recording_unless_many_are_asked_for(string reading, int recordings, int steps)
    {
        var program = Convert("cases/step_scalar_input.onnx", new ConvertOptions());
        var path = _folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3, 4, 5], 5, 1));
        var result = Edgeseq.Run("run", program, "--source", $"npy:{path}", "--recordings", reading, "--json");

        using var report = JsonDocument.Parse(result.Out);
        Assert.Equal(recordings, report.RootElement.GetProperty("recordings").GetInt32());
        Assert.Equal(steps, report.RootElement.GetProperty("steps").GetInt32());
        Assert.Equal(reading == "auto", result.Err.Contains("read as one recording of 5 steps"));
    }

    private static string Shared(string path) => Path.Combine(Repository.Shared, path);

    private string Convert(string onnx, ConvertOptions options)
    {
        var result = Converter.Convert(Shared(onnx), options);
        return _folder.Write("model.eseq", result.Program);
    }
}
