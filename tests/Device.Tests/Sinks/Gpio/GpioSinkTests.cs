using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks.Gpio;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sinks.Gpio;

public sealed class GpioSinkTests : IDisposable
{
    private const int Pin = 17;

    private readonly FakeGpioDriver _driver = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _driver.Dispose();

    [Fact]
    public void The_pin_is_on_while_an_event_is()
    {
        using (var sink = Open("17", "door"))
        {
            SinkContexts.Start(sink);
            SinkContexts.End(sink);
        }

        Assert.Equal([false, true, false, false], _driver.Levels(Pin));
    }

    [Fact]
    public void Of_several_events_at_once_the_last_one_switches_it_off()
    {
        using var sink = Open("17", "door", "window");
        SinkContexts.Start(sink, 0);
        SinkContexts.Start(sink, 1);
        SinkContexts.End(sink, 0);
        Assert.True(_driver.Levels(Pin)[^1]);
        SinkContexts.End(sink, 1);
        Assert.False(_driver.Levels(Pin)[^1]);
    }

    [Fact]
    public void An_event_that_is_not_asked_for_leaves_it()
    {
        using var sink = Open("17,event=window", "door", "window");
        SinkContexts.Start(sink, 0);
        Assert.Equal([false], _driver.Levels(Pin));
        SinkContexts.Start(sink, 1);
        Assert.Equal([false, true], _driver.Levels(Pin));
    }

    [Fact]
    public void A_pin_that_is_active_low_is_high_at_rest()
    {
        using (var sink = Open("17,active=low", "door"))
            SinkContexts.Start(sink);

        Assert.Equal([true, false, true], _driver.Levels(Pin));
    }

    [Fact]
    public void A_pulse_ends_by_itself_although_the_event_goes_on()
    {
        using var sink = Open("17,pulse=0.05", "door");
        SinkContexts.Start(sink);

        SinkContexts.WaitFor(() => _driver.Levels(Pin).Count == 3);
        Assert.Equal([false, true, false], _driver.Levels(Pin));
    }

    [Fact]
    public void The_pin_is_off_and_given_back_when_the_run_ends()
    {
        using (var sink = Open("17", "door"))
        {
            SinkContexts.Start(sink);
            sink.Complete();
            Assert.False(_driver.Levels(Pin)[^1]);
        }

        Assert.True(_driver.IsClosed(Pin));
    }

    [Theory]
    [InlineData("gpio:x", "not the number")]
    [InlineData("gpio:17,active=up", "active=up")]
    [InlineData("gpio:17,event=window", "no event 'window'")]
    [InlineData("gpio:17,pulse=0", "pulse=0")]
    public void A_name_that_does_not_make_sense_is_refused(string name, string problem)
    {
        var error = Assert.Throws<EdgeSeqException>(() => SinkCatalog.Open(name, SinkContexts.Of(_warnings, "door")));

        Assert.Equal(ErrorCodes.OptionInvalid, error.Code);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_without_pins_is_a_device_error()
    {
        Assert.SkipWhen(File.Exists("/dev/gpiochip0"), "this machine has pins");
        var error = Assert.Throws<EdgeSeqException>(() => SinkCatalog.Open("gpio:17", SinkContexts.Of(_warnings, "door")));
        Assert.Equal(ErrorCodes.BusUnusable, error.Code);
    }

    private GpioSink Open(string rest, params string[] events) =>
        GpioSink.Open($"gpio:{rest}", rest, SinkContexts.Of(_warnings, events), _driver);
}
