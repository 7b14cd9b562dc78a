using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>Events decided from real models on real recordings.</summary>
public sealed class DecisionTests : IDisposable
{
    private const string SpeechRule = "on=0.5, off=0.35, least=250ms, gap=100ms, pad=30ms, event=speech";
    private const int Chunk = 512;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedFact]
    public void Speech_segments_in_float_are_those_of_the_published_package()
    {
        var program = Convert("real/silero_vad_16k_op15.onnx", "--set", "sr=16000", "--precision", "f32");

        Assert.Equal(PublishedSegments(), Segments(program, "--decide", SpeechRule));
    }

    [SharedFact]
    public void Speech_segments_in_int8_are_those_of_the_published_package_within_a_chunk()
    {
        var program = Convert(
            "real/silero_vad_16k_op15.onnx", "--set", "sr=16000", "--decide", SpeechRule,
            "--calibrate", Shared("real/noisy_speech_16k.wav"), "--hop", "512");

        var published = PublishedSegments();
        var segments = Segments(program);
        Assert.Equal(published.Count, segments.Count);
        Assert.All(published.Zip(segments), pair =>
        {
            Assert.InRange(pair.Second.Start, pair.First.Start - Chunk, pair.First.Start + Chunk);
            Assert.InRange(pair.Second.End, pair.First.End - Chunk, pair.First.End + Chunk);
        });
    }

    [SharedFact]
    public void A_program_that_keeps_its_context_takes_a_recording_as_it_is()
    {
        var program = Convert("real/silero_vad_16k_op15.onnx", "--set", "sr=16000", "--precision", "f32", "--context", "64",
            "--rate", "31.25", "--decide", SpeechRule);

        Assert.Equal(PublishedSegments(), [.. Events(["run", program, "--source", $"wav:{Shared("real/speech_16k.wav")}"])
            .Where(e => e.GetProperty("phase").GetString() == "end")
            .Select(e => (e.GetProperty("start_sample").GetInt64(), e.GetProperty("end_sample").GetInt64()))]);
    }

    [SharedFact]
    public void Events_have_the_documented_members()
    {
        var program = Convert("real/silero_vad_16k_op15.onnx", "--set", "sr=16000", "--decide", SpeechRule);
        var events = Events("run", program, "--source", $"wav:{Shared("real/speech_16k.wav")}", "--hop", "512", "--steps", "100");

        Assert.Equal(["event", "phase", "time", "sample", "score"], events[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(["event", "phase", "time", "start_sample", "end_sample", "score"],
            events[1].EnumerateObject().Select(member => member.Name));
        Assert.Equal("speech", events[0].GetProperty("event").GetString());
        Assert.Equal(events[0].GetProperty("sample").GetInt64() / 16000.0, events[0].GetProperty("time").GetDouble(), 6);
        Assert.Equal(events[1].GetProperty("end_sample").GetInt64() / 16000.0, events[1].GetProperty("time").GetDouble(), 6);
        Assert.InRange(events[1].GetProperty("score").GetSingle(), 0.5f, 1);
    }

    /// <summary>Of all bouts that last three seconds one is not told: the model takes it for standing, not sitting.</summary>
    [SharedFact]
    public void Changes_of_activity_are_told_on_a_long_stream()
    {
        string[] labels = ["WALKING", "WALKING_UPSTAIRS", "WALKING_DOWNSTAIRS", "SITTING", "STANDING", "LAYING"];
        var program = Convert(
            "models/har_gru.onnx", "--normalize", Shared("data/har_meta.json"), "--labels", string.Join(',', labels), "--rate", "50",
            "--decide", "smooth=majority:1s, on=0.6, off=0.4, least=1s, gap=500ms");
        var truth = NpyBytes.Content(File.ReadAllBytes(Shared("data/har_test_stream_y.npy"))).Select(label => labels[label - 1]).ToArray();
        var events = Events("run", program, "--source", $"npy:{Shared("data/har_test_stream_x.npy")}")
            .Where(e => e.GetProperty("phase").GetString() == "end").ToArray();

        var right = 0;
        var told = new HashSet<int>();
        foreach (var e in events)
        {
            for (var i = e.GetProperty("start_sample").GetInt32(); i < e.GetProperty("end_sample").GetInt32(); i++)
            {
                if (truth[i] != e.GetProperty("event").GetString())
                    continue;
                right++;
                told.Add(i);
            }
        }

        var bouts = Bouts(truth).Where(bout => bout.End - bout.Start >= 150).ToArray();
        var missed = bouts.Count(bout => !Enumerable.Range(bout.Start, bout.End - bout.Start).Any(told.Contains));
        Assert.InRange(missed, 0, 1);
        Assert.True(right > 0.88 * truth.Length, $"{right} of {truth.Length} samples lie in an event of the right name");
    }

    [Fact]
    public void Several_sinks_take_outputs_and_events_of_one_run()
    {
        var result = Edgeseq.Run(
            "run", Programs.Activity, "--source", "sim:activity", "--steps", "2000", "--decide", "on=0.5, least=25, smooth=mean:25",
            "--sink", $"npy:{_folder.File("probabilities.npy")}", "--sink", $"jsonl:{_folder.File("lines.jsonl")}", "--sink", "events:-");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2000, File.ReadAllLines(_folder.File("lines.jsonl")).Length);
        Assert.Equal(["lines.jsonl", "probabilities.npy"], _folder.Names);
        Assert.Contains("\"phase\":\"start\"", result.OutLines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--sink events:-", "ES0704", "no rule")]
    [InlineData("--sink events:- --sink jsonl:- --decide on=0.5", "ES0704", "want standard output")]
    [InlineData("--decide on=0.5,off=0.6", "ES0705", "above on")]
    [InlineData("--decide on=0.5,classes=flying", "ES0705", "no class 'flying'")]
    public void A_run_without_a_sound_rule_is_refused(string arguments, string code, string words) =>
        Edgeseq.Run([.. $"run {Programs.Activity} --source sim:walking {arguments}".Split(' ')]).AssertError(2, code, words);

    [Fact]
    public void A_program_keeps_its_own_rule_and_convert_refuses_one_that_does_not_fit()
    {
        var output = _folder.File("model.eseq");
        string[] convert = ["convert", Programs.ActivityModel, "-o", output, "--labels", "a,b,c,d,e,f", "--precision", "f32"];

        EdgeseqConvert.Run([.. convert, "--decide", "on=0.5, classes=z"]).AssertError(2, "ES0705", "no class 'z'");
        Assert.Empty(_folder.Names);
        Assert.Equal(0, EdgeseqConvert.Run([.. convert, "--decide", "on=0.5, classes=a"]).ExitCode);
        Assert.Equal("on=0.5, classes=a",
            JsonDocument.Parse(Edgeseq.Run("inspect", output, "--json").Out).RootElement.GetProperty("decide").GetString());
    }

    private static string Shared(string path) => Path.Combine(Repository.Shared, path);

    private static List<(long Start, long End)> PublishedSegments() =>
        [.. JsonDocument.Parse(File.ReadAllText(Shared("real/speech_16k.segments.json"))).RootElement.GetProperty("segments")
        .EnumerateArray()
            .Select(segment => (segment[0].GetInt64(), segment[1].GetInt64()))];

    private static IEnumerable<(int Start, int End)> Bouts(string[] labels)
    {
        var start = 0;
        for (var i = 1; i <= labels.Length; i++)
        {
            if (i < labels.Length && labels[i] == labels[start])
                continue;
            yield return (start, i);
            start = i;
        }
    }

    private static List<(long Start, long End)> Segments(string program, params string[] options) =>
        [.. Events(["run", program, "--source", $"wav:{Shared("real/speech_16k.wav")}", "--hop", "512", .. options])
            .Where(e => e.GetProperty("phase").GetString() == "end")
            .Select(e => (e.GetProperty("start_sample").GetInt64(), e.GetProperty("end_sample").GetInt64()))];

    private static List<JsonElement> Events(params string[] arguments)
    {
        var result = Edgeseq.Run([.. arguments, "--sink", "events:-"]);
        Assert.Equal(0, result.ExitCode);
        return [.. result.OutLines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private string Convert(string model, params string[] options)
    {
        var output = _folder.File("model.eseq");
        var result = EdgeseqConvert.Run(["convert", Shared(model), "-o", output, .. options]);
        Assert.True(result.ExitCode == 0, result.Err);
        return output;
    }
}
