using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeSeq.Quantize.FrontEnds.Reading;
using EdgeSeq.Quantize.Tests.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.FrontEnds;

/// <summary>The table of measured differences in docs/front-ends.md.</summary>
public sealed class MeasuredFrontEndTests
{
    private const string Begin = "<!-- generated: measured -->\n", End = "<!-- end -->";

    private const double Tolerance = 1e-4;

    [SharedTheory]
    [InlineData("front-ends.md")]
    public void A_page_states_what_is_measured_beside_each_library(string name)
    {
        var path = Path.Combine(Repository.Root, "docs", name);
        using var index = JsonDocument.Parse(File.ReadAllBytes(Shared.Path("frontends/index.json")));
        var references = index.RootElement.GetProperty("references").EnumerateArray().ToDictionary(each =>
            each.GetProperty("file").GetString()!);
        var table = new StringBuilder("| front end | library call | formula | largest difference |\n| --- | --- | --- | ---: |\n");
        foreach (var each in MeasuredFrontEnd.All)
        {
            var error = each.Plain is null ? LibraryError(each, references[each.File]) : PlainError(each, each.Plain);
            Assert.True(error <= Tolerance, $"{each.Call}: {error:g3} of the largest value");
            table.Append(CultureInfo.InvariantCulture, $"| `{each.Call}` | {each.Library} | {each.Formula} | "
                + $"{(error == 0 ? "0" : error.ToString("0.0e-0", CultureInfo.InvariantCulture))} |\n");
        }

        if (Environment.GetEnvironmentVariable("EDGESEQ_UPDATE_DOCS") == "1")
        {
            // Read only now: the other test of the page may have written it meanwhile.
            var page = File.ReadAllText(path);
            var begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
            File.WriteAllText(path, page[..begin] + table + page[page.IndexOf(End, begin, StringComparison.Ordinal)..]);
        }

        Assert.Contains(table.ToString(), File.ReadAllText(path), StringComparison.Ordinal);
    }

    private static double PlainError(MeasuredFrontEnd front, Func<double[], double[]> plain)
    {
        var samples = NpyFile.Read(Shared.Path($"frontends/{front.File}")).ToFloats();
        var expected = plain([.. samples.Select(sample => (double)sample)]);
        var actual = FeatureRun.Of(FrontEndText.Read(front.Call), samples);
        Assert.True(actual.Length >= expected.Length, $"{front.Call}: {actual.Length} values of {expected.Length}");
        return expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() / expected.Max(Math.Abs);
    }

    private static double LibraryError(MeasuredFrontEnd front, JsonElement reference)
    {
        var input = reference.GetProperty("chain").GetProperty("input");
        var samples = NpyFile.Read(Shared.Path($"frontends/{input.GetProperty("file").GetString()}")).ToFloats();
        var expected = NpyFile.Read(Shared.Path($"frontends/{front.File}"));
        var values = expected.ToFloats();
        var row = values.Length / (int)expected.Dims[0];
        var actual = FeatureRun.Of(FrontEndText.Read(front.Call), samples);
        var frames = reference.TryGetProperty("compare_frames", out var compared)
            || reference.TryGetProperty("compare_samples", out compared)
            ? (First: compared[0].GetInt32(), End: compared[1].GetInt32()) : (First: 0, End: (int)expected.Dims[0]);
        var end = Math.Min(frames.End * row, values.Length);
        Assert.True(actual.Length >= end, $"{front.Call}: {actual.Length} values of {end}");
        return Enumerable.Range(frames.First * row, end - frames.First * row).Max(i => Math.Abs((double)actual[i] - values[i]))
            / values.Max(Math.Abs);
    }
}
