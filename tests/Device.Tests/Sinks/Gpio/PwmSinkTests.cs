using EdgeSeq.Device.Sinks.Gpio;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sinks.Gpio;

public sealed class PwmSinkTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _channel;

    public PwmSinkTests()
    {
        _channel = Path.Combine(_folder.Root, "pwmchip0", "pwm1");
        Directory.CreateDirectory(_channel);
        foreach (var attribute in new[] { "enable", "period", "duty_cycle" })
            File.WriteAllText(Path.Combine(_channel, attribute), "0\n");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.25f, "250000")]
    [InlineData(1, "1000000")]
    [InlineData(7, "1000000")]
    [InlineData(-1, "0")]
    public void A_score_becomes_a_share_of_the_period(float score, string width)
    {
        using var sink = Open("0.1");
        sink.Write(new FakeOutputs([score]));

        Assert.Equal(width, Get("duty_cycle"));
        Assert.Equal(("1000000", "1"), (Get("period"), Get("enable")));
    }

    [Fact]
    public void The_range_of_the_score_and_the_frequency_are_the_users()
    {
        using var sink = Open("0.1,least=10,most=20,frequency=50");
        sink.Write(new FakeOutputs([15]));

        Assert.Equal(("10000000", "20000000"), (Get("duty_cycle"), Get("period")));
    }

    [Fact]
    public void A_value_that_is_not_finite_leaves_it()
    {
        using var sink = Open("0.1");
        sink.Write(new FakeOutputs([0.5f]));
        sink.Write(new FakeOutputs([float.NaN]));

        Assert.Equal("500000", Get("duty_cycle"));
    }

    [Fact]
    public void It_is_off_when_the_run_ends()
    {
        using (var sink = Open("0.1"))
            sink.Write(new FakeOutputs([0.5f]));

        Assert.Equal(("0", "0"), (Get("duty_cycle"), Get("enable")));
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        using var sink = Open("0.1");
        var outputs = Enumerable.Range(0, 100).Select(i => new FakeOutputs([i / 100f])).ToArray();
        sink.Write(outputs[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var output in outputs)
            sink.Write(output);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("0", "not a chip and a channel")]
    [InlineData("0.1,output=other", "no such output")]
    [InlineData("0.1,value=1", "value=1")]
    [InlineData("0.1,least=1", "differ")]
    public void A_name_that_does_not_make_sense_is_refused(string rest, string problem) =>
        Assert.Contains(problem, Assert.Throws<EdgeSeqException>(() => Open(rest)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_chip_that_is_not_there_is_a_device_error() =>
        Assert.Equal(ErrorCodes.BusUnusable, Assert.Throws<EdgeSeqException>(() => Open("7.0")).Code);

    private string Get(string attribute) => File.ReadLines(Path.Combine(_channel, attribute)).First();

    private PwmSink Open(string rest) => PwmSink.Open($"pwm:{rest}", rest, SinkContexts.Of([]), _folder.Root);
}
