using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Tests.Timing;

public class PacerTests
{
    [Fact]
    public void Steps_do_not_come_before_their_time()
    {
        using var stop = new StopSignal();
        var pacer = new Pacer(200, stop);
        var begin = MonotonicClock.Now;
        for (var i = 0; i < 11; i++)
            pacer.Wait();

        Assert.True(MonotonicClock.Now - begin >= 50_000_000 || pacer.DeadlineMisses > 0);
    }

    [Fact]
    public void A_late_step_is_a_miss_and_leaves_out_the_slots_that_have_passed()
    {
        using var stop = new StopSignal();
        var pacer = new Pacer(20, stop);
        pacer.Wait();
        var first = pacer.Due;
        Thread.Sleep(220);
        var skipped = pacer.Wait();

        Assert.InRange(skipped, 3, long.MaxValue);
        Assert.Equal((1, skipped), (pacer.DeadlineMisses, pacer.SkippedSlots));
        Assert.Equal(first + (skipped + 1) * 50_000_000, pacer.Due);
    }

    [Fact]
    public void The_schedule_does_not_drift()
    {
        using var stop = new StopSignal();
        var pacer = new Pacer(3000, stop);
        pacer.Wait();
        var first = pacer.Due;
        long slots = 0;
        for (var i = 0; i < 300; i++)
            slots += 1 + pacer.Wait();

        Assert.Equal(first + slots * (1e9 / 3000), pacer.Due, 1.0);
    }

    [Fact]
    public void Lateness_is_measured_at_each_wait()
    {
        using var stop = new StopSignal();
        var pacer = new Pacer(1000, stop);
        for (var i = 0; i < 5; i++)
            pacer.Wait();

        Assert.Equal(5, pacer.Lateness.Count);
    }

    [Fact]
    public void A_stop_ends_a_long_wait_soon()
    {
        using var stop = new StopSignal();
        var pacer = new Pacer(0.001, stop);
        pacer.Wait();
        stop.Set();
        var begin = MonotonicClock.Now;
        pacer.Wait();

        Assert.True(MonotonicClock.Now - begin < 10_000_000_000);
    }
}
