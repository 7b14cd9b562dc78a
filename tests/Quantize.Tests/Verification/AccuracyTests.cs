namespace EdgeSeq.Quantize.Tests.Verification;

using Accuracy = EdgeSeq.Quantize.Replay.Accuracy;

public class AccuracyTests
{
    [Fact]
    public void The_interval_is_Wilsons()
    {
        var accuracy = new Accuracy();
        for (var i = 0; i < 100; i++)
            accuracy.Add(i < 90);

        Assert.Equal(0.9, accuracy.Share);
        // Wilson, E. B. (1927), 90 of 100 at 95 %.
        Assert.Equal(0.8256, accuracy.Interval.Low, 4);
        Assert.Equal(0.9448, accuracy.Interval.High, 4);
    }

    [Fact]
    public void Without_decisions_nothing_is_known() => Assert.Equal((0.0, 1.0), new Accuracy().Interval);
}
