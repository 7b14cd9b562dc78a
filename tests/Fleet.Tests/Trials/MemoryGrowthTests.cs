using EdgeSeq.FleetTrials.Trials;

namespace EdgeSeq.Fleet.Tests.Trials;

public class MemoryGrowthTests
{
    [Fact]
    public void Memory_that_goes_up_and_down_is_flat() =>
        Assert.True(MemoryGrowth.Of([.. Enumerable.Range(0, 300).Select(i => 200_000_000L + (i % 10 * 8_000_000))]).IsFlat);

    [Fact]
    public void Memory_that_grows_by_a_third_is_not_flat() =>
        Assert.False(MemoryGrowth.Of([.. Enumerable.Range(0, 300).Select(i => 200_000_000L + (i * 250_000))]).IsFlat);
}
