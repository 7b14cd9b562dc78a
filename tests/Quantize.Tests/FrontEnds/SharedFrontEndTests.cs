using System.Text.Json;
using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.FrontEnds.Reading;
using EdgeSeq.Quantize.Tests.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.FrontEnds;

/// <summary>The features that libraries computed of recordings, beside the repository, against the programs of the same formulas.</summary>
public sealed class SharedFrontEndTests
{
    /// <summary>Of the largest value: float32 libraries differ among themselves by a third of it in quiet bins.</summary>
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Streamable => [.. References().Where(reference => !NeedsRecording(reference)).Select(File)];

    public static TheoryData<string> OfRecordings => [.. References().Where(NeedsRecording).Select(File)];

    [SharedTheory]
    [MemberData(nameof(Streamable))]
    public void A_stream_gives_the_features_of_the_library(string file)
    {
        var reference = References().First(each => File(each) == file);
        var chain = reference.GetProperty("chain");
        var actual = FeatureRun.Of(FrontEndOf(chain), Samples(chain));
        var expected = NpyFile.Read(Shared.Path($"frontends/{file}"));
        var values = expected.ToFloats();
        var row = values.Length / (int)expected.Dims[0];
        var (first, end) = Compared(reference, (int)expected.Dims[0]);

        Assert.True(actual.Length >= end * row, $"{actual.Length / row} rows of {end}");
        var largest = values.Max(Math.Abs);
        var worst = 0.0;
        var magnitudes = chain.TryGetProperty("output", out var output) && output.GetString() == "phase" ? Magnitudes(chain) : null;
        for (var at = first * row; at < end * row; at++)
        {
            var difference = Math.Abs((double)actual[at] - values[at]);
            if (magnitudes is not null)
                difference = magnitudes[at] > 0.02 ? Math.Abs(Math.IEEERemainder(difference, 2 * Math.PI)) : 0;

            worst = Math.Max(worst, difference / largest);
        }

        var exact = chain.TryGetProperty("kind", out var kind) && kind.GetString() == "microfrontend";
        Assert.True(worst <= (exact ? 0 : Tolerance), $"{worst:g3} of the largest value");
    }

    [SharedTheory]
    [MemberData(nameof(OfRecordings))]
    public void What_needs_the_whole_recording_is_refused(string file)
    {
        var chain = References().First(each => File(each) == file).GetProperty("chain");

        var refused = Assert.Throws<EdgeSeqException>(() => FrontEndOf(chain).Build(1));

        Assert.Equal(ErrorCodes.FrontEndNotStreamable, refused.Code);
    }

    private static JsonElement[] References() => !Shared.Exists ? []
        : [.. JsonDocument.Parse(System.IO.File.ReadAllBytes(Shared.Path("frontends/index.json"))).RootElement.GetProperty("references")
            .EnumerateArray()];

    private static string File(JsonElement reference) => reference.GetProperty("file").GetString()!;

    private static bool NeedsRecording(JsonElement reference) => reference.TryGetProperty("compare_instead", out _);

    private static FrontEnd FrontEndOf(JsonElement chain) => new ChainReader(Shared.Path("frontends")).Read(chain, "chain");

    private static float[] Samples(JsonElement chain)
    {
        var input = chain.GetProperty("input");
        var tensor = NpyFile.Read(Shared.Path($"frontends/{input.GetProperty("file").GetString()}"));
        var samples = tensor.ToFloats();
        return input.TryGetProperty("slice", out var slice) ? samples[slice[0].GetInt32()..slice[1].GetInt32()] : samples;
    }

    private static (int First, int End) Compared(JsonElement reference, int count) =>
        reference.TryGetProperty("compare_frames", out var frames) || reference.TryGetProperty("compare_samples", out frames)
            ? (frames[0].GetInt32(), Math.Min(count, frames[1].GetInt32())) : (0, count);

    /// <summary>Bins near zero have any phase.</summary>
    private static float[] Magnitudes(JsonElement chain)
    {
        var text = chain.GetRawText().Replace("\"phase\"", "\"magnitude\"", StringComparison.Ordinal);
        return FeatureRun.Of(FrontEndOf(JsonDocument.Parse(text).RootElement), Samples(chain));
    }
}
