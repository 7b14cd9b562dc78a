using EdgeSeq.Device.Run;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Run;

/// <summary>Drivers on simulated chips, through the run loop, while everything goes wrong by a seed.</summary>
public class SimulatedSensorRunTests
{
    private const int Steps = 10_000;

    [Theory]
    [InlineData("sim:dps310:5,faults=2000", FaultPolicy.Hold)]
    [InlineData("sim:dps310:6,faults=2000", FaultPolicy.Reset)]
    [InlineData("sim:bme280:7,faults=1000,channels=temperature+humidity", FaultPolicy.Hold)]
    [InlineData("sim:adxl345:8,faults=2000,channels=acc_x+acc_z", FaultPolicy.Reset)]
    [InlineData("sim:mcp3208:9,faults=2000,channels=ch0+ch5", FaultPolicy.Hold)]
    public void Samples_are_steps_and_refused_and_held_to_the_last_one(string source, FaultPolicy policy)
    {
        var summary = Run(source, new RunOptions { OnFault = policy, MaxSteps = Steps });
        var sampling = summary.Sampling!;
        var faults = Enum.GetValues<SampleStatus>().Where(status => status != SampleStatus.Ok).Sum(sampling.Count);

        Assert.Equal((Steps, Steps), (sampling.Samples, summary.Steps));
        Assert.Equal(faults, summary.HeldSteps + summary.RefusedSteps);
        Assert.Equal(sampling.Samples, sampling.Count(SampleStatus.Ok) + faults);
        Assert.InRange(faults, 1, Steps / 2);
        Assert.InRange(sampling.Retries, 1, long.MaxValue);
    }

    [Fact]
    public void The_same_seed_gives_the_same_faults()
    {
        var options = new RunOptions { OnFault = FaultPolicy.Hold, MaxSteps = Steps };
        var first = Run("sim:dps310:5,faults=2000", options).Sampling!;
        var second = Run("sim:dps310:5,faults=2000", options).Sampling!;

        Assert.All(Enum.GetValues<SampleStatus>(), status => Assert.Equal(first.Count(status), second.Count(status)));
    }

    [Fact]
    public void A_run_that_stops_at_a_fault_says_which()
    {
        var error = Assert.Throws<EdgeSeqException>(() => Run("sim:dps310:5,faults=20000", new RunOptions { MaxSteps = Steps }));
        Assert.Equal(ErrorCodes.SensorFault, error.Code);
        Assert.StartsWith("sim:dps310:5,faults=20000: step ", error.Message, StringComparison.Ordinal);
    }

    private static RunSummary Run(string source, RunOptions options)
    {
        using var model = TestPrograms.Delay();
        using var session = model.CreateSession();
        using var stop = new StopSignal();
        using var opened = SourceCatalog.Open(source, Inputs.Context([.. model.Inputs]));
        return new RunLoop(model, session, opened, new ListSink(), options, stop).Run();
    }
}
