using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Tests.Sinks;

public class TextSinkTests
{
    private static readonly OutputInfo Probs = FakeOutputs.Info("probs", 2, "no", "ye\"s");
    private static readonly OutputInfo Level = FakeOutputs.Info("level", 1);

    [Fact]
    public void Json_lines_have_values_words_and_top_classes()
    {
        var text = Write("jsonl", [Probs, Level], new FakeOutputs([0.25f, 0.75f], [1e-5f]) { Recording = 1, StepIndex = 2, Text = "film" });

        Assert.Equal("{\"recording\":1,\"step\":2,\"word\":\"film\",\"outputs\":{\"probs\":[0.25,0.75],\"level\":[1E-05]},\"top\":{\"probs\":\"ye\\u0022s\"}}\n", text);
    }

    [Fact]
    public void Json_leaves_out_outputs_that_did_not_come_and_writes_nan_as_null() =>
        Assert.Equal("{\"recording\":0,\"step\":0,\"outputs\":{\"level\":[null]}}\n",
        Write("jsonl", [Probs, Level], new FakeOutputs(null, [float.NaN])));

    [Fact]
    public void Json_writes_whole_numbers() =>
        Assert.Equal("{\"recording\":0,\"step\":0,\"outputs\":{\"level\":[3]}}\n",
        Write("jsonl", [Level with { Type = ElementType.I64 }], new FakeOutputs([3f])));

    [Fact]
    public void Csv_has_a_column_for_each_value()
    {
        var text = Write("csv", [Probs, Level], new FakeOutputs([0.25f, 0.75f], [2]), new FakeOutputs(null, [3]) { StepIndex = 1 });

        Assert.Equal("recording,step,probs.no,\"probs.ye\"\"s\",level\n0,0,0.25,0.75,2\n0,1,,,3\n", text);
    }

    [Fact]
    public void Csv_quotes_words() =>
        Assert.Equal("recording,step,word,level\n0,0,\",\",2\n", Write("csv", [Level], new FakeOutputs([2f]) { Text = "," }));

    [Fact]
    public void More_than_a_buffer_is_written()
    {
        using var folder = new TempFolder();
        using (var sink = SinkCatalog.Open($"csv:{folder.File("out")}", new SinkContext { Outputs = [Level], IsBatch = false }))
        {
            for (var i = 0; i < 10_000; i++)
                sink.Write(new FakeOutputs([i]) { StepIndex = i });
            sink.Complete();
        }

        var lines = File.ReadAllLines(folder.File("out"));
        Assert.Equal(10_001, lines.Length);
        Assert.Equal("0,9999,9999", lines[^1]);
    }

    [Theory]
    [InlineData("xml:out", "there is no sink 'xml:out'")]
    [InlineData("jsonl", "lacks what follows the colon")]
    [InlineData("npy:-", "needs a file")]
    public void Unknown_sinks_are_usage_errors_that_list_the_known(string name, string problem)
    {
        var error = Assert.Throws<EdgeSeqException>(() => SinkCatalog.Open(name, new SinkContext { Outputs = [Level], IsBatch = false }));
        Assert.Equal(ErrorCodes.SinkUnknown, error.Code);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_made_is_a_device_error()
    {
        var error = Assert.Throws<EdgeSeqException>(() =>
            SinkCatalog.Open("csv:/nowhere/out", new SinkContext { Outputs = [Level], IsBatch = false }));
        Assert.Equal(ExitCode.Device, error.ExitCode);
        Assert.Contains("no such folder", error.Message, StringComparison.Ordinal);
    }

    private static string Write(string kind, OutputInfo[] outputs, params FakeOutputs[] steps)
    {
        using var folder = new TempFolder();
        using (var sink = SinkCatalog.Open($"{kind}:{folder.File("out")}", new SinkContext { Outputs = outputs, IsBatch = false }))
        {
            foreach (var step in steps)
                sink.Write(step);
            sink.Complete();
        }

        return File.ReadAllText(folder.File("out"));
    }
}
