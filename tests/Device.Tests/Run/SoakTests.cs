using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Catalog;
using EdgeSeq.Device.Simulation.Chips;
using EdgeSeq.Device.Simulation.Faults;
using EdgeSeq.Device.Simulation.Motion;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Sources.Sampling;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Device.Tests.Run;

/// <summary>The short form of the long run of docs/reliability.md: every kind of fault, by a seed, and nothing unaccounted for.</summary>
public class SoakTests
{
    private const int Steps = 100_000;

    [Theory]
    [InlineData("sim:dps310:5,faults=400", FaultPolicy.Hold, 1, "no_answer timed_out bus_error gone not_finite")]
    [InlineData("sim:mpu6050:1,faults=400,channels=acc_x+acc_y", FaultPolicy.Hold, 1, "no_answer timed_out bus_error gone stuck not_finite")]
    [InlineData("sim:adxl345:6,faults=100,channels=acc_x+acc_z", FaultPolicy.Reset, 1, "bus_error stuck gone")]
    [InlineData("sim:ads1115:7,faults=400,channels=a0", FaultPolicy.Hold, 2, "bus_error not_finite")]
    public void Every_sample_is_a_step_or_held_or_refused_whatever_fails(
        string source, FaultPolicy policy, int samplesPerStep, string kinds)
    {
        var summary = Run(source, policy);
        var sampling = summary.Sampling!;
        var faults = Enum.GetValues<SampleStatus>().Where(status => status != SampleStatus.Ok).ToArray();
        var faulty = faults.Sum(sampling.Count);

        Assert.Equal(Steps, summary.Steps);
        Assert.Equal(Steps * (long)samplesPerStep, sampling.Samples);
        Assert.Equal(sampling.Samples, sampling.Count(SampleStatus.Ok) + faulty);
        // A step of several samples is faulty once, however many of them are.
        Assert.InRange(summary.HeldSteps + summary.RefusedSteps, (faulty + samplesPerStep - 1) / samplesPerStep, faulty);
        Assert.InRange(sampling.Missed, sampling.Gaps, long.MaxValue);
        Assert.All([sampling.Gaps, sampling.Retries, sampling.Reopened], count => Assert.InRange(count, 1, Steps));
        Assert.Superset(
            kinds.Split(' ').ToHashSet(), faults.Where(status => sampling.Count(status) > 0).Select(SampleStatusNames.NameOf).ToHashSet());
    }

    [Fact]
    public void Slots_of_the_clock_are_samples_and_missed_to_the_last_one()
    {
        const double RateHz = 50;
        const double LongestJump = 60;
        var clock = new SimulatedClock(new SeededRandom(9), 0.001);
        var buses = new SimulatedBuses("dps310", new MovingSurroundings(9), new FaultSchedule(9, 400));
        using var stop = new StopSignal();
        using var source = SensorSource.Open(
            "sim:dps310", SensorCatalog.Find("i2c", "dps310"), new SensorName("dps310", 1, null, new EndpointOptions("sim:dps310", [])), buses,
            Inputs.Context(Inputs.Floats(2)) with { RateHz = RateHz }, isLive: false, clock);
        var inputs = new StepInputs([Inputs.Floats(2)]);
        for (var i = 0; i < Steps; i++)
            source.Read(inputs);

        var report = source.Sampling!;
        Assert.InRange(report.Gaps, 100, Steps);
        var slots = report.Samples + report.Missed;
        Assert.InRange(clock.Now * RateHz / 1e9, slots - 1, slots + LongestJump * RateHz);
    }

    internal static RunSummary Run(string source, FaultPolicy policy)
    {
        using var model = TestPrograms.Delay();
        using var session = model.CreateSession();
        using var stop = new StopSignal();
        using var opened = SourceCatalog.Open(source, Inputs.Context([.. model.Inputs]));
        return new RunLoop(model, session, opened, new NoSink(), new RunOptions { OnFault = policy, MaxSteps = Steps }, stop).Run();
    }

    private sealed class NoSink : ISink
    {
        public void Write(IStepOutputs outputs)
        {
        }

        public void EndRecording()
        {
        }

        public void Flush()
        {
        }

        public void Complete()
        {
        }

        public void Dispose()
        {
        }
    }
}
