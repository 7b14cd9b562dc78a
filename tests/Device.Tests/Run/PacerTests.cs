using EdgeSeq.Device.Run;

namespace EdgeSeq.Device.Tests.Run;

public class PacerTests
{
    [Fact]
    public void Steps_do_not_come_before_their_time()
    {
        using var stop = new StopSignal();
        var pacer = new Pacer(200, stop);
        var begin = Pacer.Now;
        for (var i = 0; i < 11; i++)
            pacer.Wait();

        Assert.True(Pacer.Now - begin >= 50_000_000 || pacer.DeadlineMisses > 0);
    }

    [Fact]
    public void A_late_step_is_a_miss_and_the_schedule_goes_on_from_there()
    {
        using var stop = new StopSignal();
        var pacer = new Pacer(20, stop);
        pacer.Wait();
        Thread.Sleep(220);
        var begin = Pacer.Now;
        pacer.Wait();
        Assert.Equal(1, pacer.DeadlineMisses);
        pacer.Wait();

        Assert.True(Pacer.Now - begin >= 45_000_000, "the late steps were not made up for in a burst");
    }

    [Fact]
    public void A_stop_ends_a_long_wait_soon()
    {
        using var stop = new StopSignal();
        var pacer = new Pacer(0.001, stop);
        pacer.Wait();
        stop.Set();
        var begin = Pacer.Now;
        pacer.Wait();

        Assert.True(Pacer.Now - begin < 10_000_000_000);
    }
}
