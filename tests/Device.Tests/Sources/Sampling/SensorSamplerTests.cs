using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sources.Sampling;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Device.Tests.Sources.Sampling;

public sealed class SensorSamplerTests : IDisposable
{
    private const SampleStatus No = SampleStatus.NoAnswer;

    private readonly StopSignal _stop = new();
    private readonly List<string> _warnings = [];

    [Fact]
    public void A_read_that_fails_once_is_tried_again_within_its_sample()
    {
        using var sampler = Sampler(new ScriptedSensor(SampleStatus.Ok, No));

        Assert.Equal([SampleStatus.Ok, SampleStatus.Ok], Statuses(sampler, 2));
        Assert.Equal((2, 1, 0), (sampler.Report.Samples, sampler.Report.Retries, sampler.Report.Count(No)));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_sample_that_fails_every_try_is_marked_and_holds_NaN()
    {
        using var sampler = Sampler(new ScriptedSensor(No, No, No, No));
        var sample = new float[1];

        Assert.True(sampler.TryNext(sample, out var mark));
        Assert.Equal((No, 121), (mark.Status, mark.ErrorNumber));
        Assert.True(float.IsNaN(sample[0]));
        Assert.Equal(1, sampler.Report.Count(No));
    }

    [Fact]
    public void A_sensor_that_keeps_failing_is_closed_and_opened_again()
    {
        var dead = new ScriptedSensor([.. Enumerable.Repeat(No, 1000)]);
        var replugged = new ScriptedSensor();
        using var sampler = Sampler(dead, () => replugged);

        Assert.Equal([No, No, No, SampleStatus.Ok, SampleStatus.Ok], Statuses(sampler, 5));
        Assert.True(dead.IsDisposed);
        Assert.Equal(1, sampler.Report.Reopened);
    }

    [Fact]
    public void A_sensor_that_does_not_open_is_tried_less_and_less_often()
    {
        var dead = new ScriptedSensor([.. Enumerable.Repeat(No, 1000)]);
        using var sampler = Sampler(dead, () => throw new SensorException(No, 121, "silent"));

        Statuses(sampler, 3 + 1 + 6 + 12);
        Assert.Equal(3, sampler.Report.Reopened);
        Assert.Equal(22 - 3, sampler.Report.Count(SampleStatus.Gone));
    }

    [Fact]
    public void Values_that_no_longer_change_are_a_fault()
    {
        using var sampler = Sampler(new ScriptedSensor { Value = 7 }, stuckAfter: 3, reopenAfter: 100);

        Assert.Equal([SampleStatus.Ok, SampleStatus.Ok, SampleStatus.Ok, SampleStatus.Stuck, SampleStatus.Stuck], Statuses(sampler, 5));
    }

    [Fact]
    public void A_NaN_of_a_driver_is_a_fault()
    {
        using var sampler = Sampler(new ScriptedSensor { Value = float.NaN });

        Assert.Equal([SampleStatus.NotFinite], Statuses(sampler, 1));
    }

    [Fact]
    public void Lasting_faults_give_one_line()
    {
        using var sampler = Sampler(new ScriptedSensor([.. Enumerable.Repeat(No, 1000)]), reopenAfter: 1000);
        Statuses(sampler, 50);

        Assert.Equal(["test: no chip answers, error 121 (remote I/O error)"], _warnings);
    }

    [Fact]
    public void A_paced_sensor_is_read_at_its_rate_and_what_a_slow_step_missed_is_marked()
    {
        using var sampler = Sampler(new ScriptedSensor(), isPaced: true);
        var sample = new float[1];
        sampler.TryNext(sample, out _);
        Thread.Sleep(60);
        sampler.TryNext(sample, out var mark);

        Assert.InRange(mark.Missed, 5, 1000);
        Assert.Equal((1, mark.Missed), (sampler.Report.Gaps, sampler.Report.Missed));
        Assert.Equal(2, sampler.Report.Jitter.Count);
    }

    [Fact]
    public void A_stop_ends_the_samples()
    {
        using var sampler = Sampler(new ScriptedSensor());
        _stop.Set();

        Assert.False(sampler.TryNext(new float[1], out _));
        Assert.Equal(0, sampler.Report.Samples);
    }

    [Fact]
    public void Sampling_allocates_nothing()
    {
        using var sampler = Sampler(new ScriptedSensor(), isPaced: false);
        var sample = new float[1];
        sampler.TryNext(sample, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            sampler.TryNext(sample, out _);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    public void Dispose() => _stop.Dispose();

    private static SampleStatus[] Statuses(SensorSampler sampler, int count)
    {
        var sample = new float[1];
        return [.. Enumerable.Range(0, count)
            .Select(_ => sampler.TryNext(sample, out var mark) ? mark.Status : throw new InvalidOperationException())];
    }

    private SensorSampler Sampler(ScriptedSensor sensor, Func<ISensor>? open = null, int stuckAfter = 0, int reopenAfter = 3,
        bool isPaced = false) =>
        new(open ?? (() => sensor), sensor, new ChannelSelection([0], [Units.Of(Quantity.Number)]), new SamplerSettings
        {
            Source = "test",
            RateHz = 100,
            IsPaced = isPaced,
            ReopenAfter = reopenAfter,
            StuckAfter = stuckAfter,
            Warn = _warnings.Add,
            Stop = _stop,
        });
}
