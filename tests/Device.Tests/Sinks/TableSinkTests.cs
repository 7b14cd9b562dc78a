using System.Text;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Tests.Sinks;

public class TableSinkTests
{
    [Fact]
    public void Words_stand_before_their_probabilities_and_the_top_class() =>
        Assert.Equal(
            "word               negative   positive\nfilm                 0.2500     0.7500  positive\n",
            Write(FakeOutputs.Info("probs", 2, "negative", "positive"), new FakeOutputs([0.25f, 0.75f]) { Text = "film" }));

    [Fact]
    public void Steps_stand_before_their_values() =>
        Assert.Equal(
            "    step      level\n       7    -1.5000\n       8  2.00E+006\n",
            Write(FakeOutputs.Info("level", 1), new FakeOutputs([-1.5f]) { StepIndex = 7 }, new FakeOutputs([2e6f]) { StepIndex = 8 }));

    [Fact]
    public void Long_outputs_are_cut()
    {
        var lines = Write(FakeOutputs.Info("y", 20), new FakeOutputs(new float[20])).Split('\n');

        Assert.EndsWith("y[7]  (20 values)", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("0.0000 …", lines[1], StringComparison.Ordinal);
    }

    private static string Write(OutputInfo output, params FakeOutputs[] steps)
    {
        var stream = new MemoryStream();
        using var sink = new TableSink(new Utf8Writer("test", stream), new SinkContext { Outputs = [output], IsBatch = false },
            useColor: false);
        foreach (var step in steps)
            sink.Write(step);
        sink.Complete();
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
