using EdgeSeq.Device.Run;

namespace EdgeSeq.Device.Tests.Run;

/// <summary>Memory of the whole process, so no other test may run meanwhile.</summary>
[CollectionDefinition(DisableParallelization = true)]
[Collection(typeof(MemoryTests))]
public class MemoryTests
{
    [Fact]
    public void Memory_stays_flat()
    {
        SoakTests.Run("sim:dps310:6,faults=400", FaultPolicy.Hold);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var summary = SoakTests.Run("sim:dps310:6,faults=400", FaultPolicy.Hold);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 300_000);
        // A sensor that is opened again and a line of the log take memory, steps and samples do not.
        Assert.InRange(summary.AllocatedBytes, 0, 10_000 * (summary.Sampling!.Reopened + 1));
    }
}
