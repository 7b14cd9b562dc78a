using System.Security.Cryptography;
using System.Text.RegularExpressions;
using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Quantize.Verification.Report;

namespace EdgeSeq.Quantize.Tests.Verification;

/// <summary>What the pages say beside the figures: when and of what they are, signals, and programs side by side. The model is a
/// product.</summary>
public sealed class ReportPageTests : IDisposable
{
    private const int Steps = 60;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_says_when_and_of_what_it_was_made()
    {
        var report = Verify(channels: 2);

        var page = HtmlReport.Of(report with
        {
            Origin = report.Origin with { Made = new DateTimeOffset(2026, 5, 4, 13, 7, 0, TimeSpan.Zero) },
        });

        Assert.Contains("2026-05-04 13:07", page, StringComparison.Ordinal);
        Assert.Contains($"EdgeSeq {Converter.Version}", page, StringComparison.Ordinal);
        foreach (var file in new[] { "model.onnx", "int8.eseq", "x.npy" })
            Assert.Contains(Hash(file), page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_threshold_it_says_so_instead_of_passing()
    {
        var open = HtmlReport.Of(Verify(channels: 2));
        var kept = HtmlReport.Of(Verify(channels: 2, minSqnr: 1));

        Assert.Contains("No threshold was set", open, StringComparison.Ordinal);
        Assert.DoesNotContain("No threshold is broken", open, StringComparison.Ordinal);
        Assert.Contains("No threshold is broken", kept, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_channels_are_lines_and_the_float_program_is_thin()
    {
        var report = Verify(channels: 2);
        var page = HtmlReport.Of(report);

        Assert.Equal(Steps, report.Signals.Steps);
        Assert.Equal(Values(2), report.Signals.Inputs.Single().Values.ToArray());
        Assert.Contains("<figcaption>Input x</figcaption><svg", page, StringComparison.Ordinal);
        Assert.Equal(2 + 4, Regex.Count(page, "class=\"line c[0-9]\""));
        Assert.Equal(4, Regex.Count(page, "class=\"line c[0-9] thin\""));
    }

    [Fact]
    public void Many_channels_are_a_picture_whose_colours_follow_the_values()
    {
        var page = HtmlReport.Of(Verify(channels: 20));

        var bitmap = Convert.FromBase64String(Regex.Match(page, "data:image/bmp;base64,([^\"]+)").Groups[1].Value);
        int width = BitConverter.ToInt32(bitmap, 18), height = BitConverter.ToInt32(bitmap, 22), first = BitConverter.ToInt32(bitmap, 10);
        Assert.Equal((Steps, 20), (width, height));
        var values = Values(20);
        var brightest = Array.IndexOf(values, values.Max());
        Assert.Equal(255, bitmap[first + brightest % 20 * width + brightest / 20]);
        var darkest = Array.IndexOf(values, values.Min());
        Assert.Equal(0, bitmap[first + darkest % 20 * width + darkest / 20]);
    }

    [Fact]
    public void Programs_stand_side_by_side_with_the_page_of_each()
    {
        var int8 = Verify(channels: 2);
        var f32 = Verify(channels: 2, precision: ConvertPrecision.F32);

        var page = ComparisonPage.Of([f32, int8]);

        Assert.Contains("<th></th><th>f32.eseq</th><th>int8.eseq</th>", page, StringComparison.Ordinal);
        Assert.Contains("<td>precision</td><td>f32</td><td>int8</td>", page, StringComparison.Ordinal);
        Assert.Contains("<td>multiplications in int8</td><td>0.0 %</td><td>100.0 %</td>", page, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(page, "<details>"));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    private VerifyReport Verify(int channels, double? minSqnr = null, ConvertPrecision precision = ConvertPrecision.Int8)
    {
        var g = new GraphBuilder();
        var x = g.Input("x", "time", 1, channels);
        g.Output(g.Node("MatMul", [x, g.Weights([channels, 4])]), "y");
        var model = _folder.Write("model.onnx", g.ToBytes());
        var name = precision == ConvertPrecision.Int8 ? "int8.eseq" : "f32.eseq";
        var program = _folder.Write(name, Converter.Convert(model, new ConvertOptions { Precision = precision, MinSqnrDb = 0 }).Program);
        using (var writer = new NpyWriter(_folder.File("x.npy"), isFloat: true))
        {
            writer.Write(Values(channels));
            writer.Complete([1, Steps, channels]);
        }

        return Verifier.Verify(model, program, new VerifyOptions { Data = new RecordingSet(_folder.File("x.npy")), MinSqnr = minSqnr });
    }

    private static float[] Values(int channels)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Steps * channels).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }

    private string Hash(string file) => System.Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder.File(file))));
}
