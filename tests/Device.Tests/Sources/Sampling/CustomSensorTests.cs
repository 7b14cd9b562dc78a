using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Sources.Sampling;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sources.Sampling;

/// <summary>A driver of the user's own as a source, as in examples/custom-sensor.</summary>
public sealed class CustomSensorTests : IDisposable
{
    private static readonly Channel[] Channels = [new("temperature", Quantity.Temperature), new("humidity", Quantity.Humidity)];

    private readonly StopSignal _stop = new();
    private int _reads;

    [Fact]
    public void Its_samples_are_the_steps_and_what_it_throws_is_a_fault()
    {
        using var model = TestPrograms.Delay();
        using var session = model.CreateSession();
        using var source = SensorSource.Of("mine", () => Sensor(failingRead: 5), Context(model.Inputs) with { PaceHz = 10 });
        var sink = new ListSink();
        var summary = new RunLoop(model, session, source, sink, new RunOptions { OnFault = FaultPolicy.Hold, MaxSteps = 6 }, _stop).Run();

        Assert.Equal("0.1: 1 10", sink.Rows[1]);
        Assert.Equal((6, 1), (summary.Sampling!.Samples, summary.HeldSteps + summary.Sampling.Retries));
    }

    [Fact]
    public void One_that_does_not_open_is_an_error_with_its_name()
    {
        using var model = TestPrograms.Delay();
        var error = Assert.Throws<EdgeSeqException>(() =>
            SensorSource.Of("mine", () => throw new IOException("no chip"), Context(model.Inputs)));

        Assert.Equal((ErrorCodes.SensorFault, "mine: no chip"), (error.Code, error.Message));
    }

    [Fact]
    public void One_that_does_not_fit_the_program_is_refused_and_closed()
    {
        var sensor = new ScriptedSensor();
        var error = Assert.Throws<EdgeSeqException>(() => SensorSource.Of("mine", () => sensor, Inputs.Context(Inputs.Ids(1))));

        Assert.Equal(ErrorCodes.RecordingShape, error.Code);
        Assert.True(sensor.IsDisposed);
    }

    public void Dispose() => _stop.Dispose();

    private SourceContext Context(IReadOnlyList<Runtime.Sessions.InputInfo> inputs) => new() { Inputs = inputs, Stop = _stop };

    private BindingSensor Sensor(int failingRead) => new(_stop, Channels, sample =>
    {
        if (++_reads == failingRead)
            throw new IOException("lost");
        sample[0] = _reads;
        sample[1] = 10 * _reads;
    });
}
