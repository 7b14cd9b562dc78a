using System.Diagnostics;
using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Aot.Tests.Machines;

namespace EdgeSeq.Aot.Tests;

/// <summary>The checks of tests/KernelSweep as native code, on every processor with all the kernel sets that it can run.</summary>
public sealed class KernelSweepTests
{
    public static TheoryData<string> Machines => [.. Machine.Native.Select(machine => machine.Name)];

    [NativeTheory]
    [MemberData(nameof(Machines))]
    public void Kernels_pass(string name)
    {
        var machine = Machine.Named(name);
        var sweep = machine.StartKernelSweep();
        var begin = Stopwatch.GetTimestamp();
        var checks = sweep.Run();
        DeviceReport.Add($"{name}: sweep over the kernels {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s");
        Assert.Contains(machine.Kernels, set => checks.Contains($"{set}: ", StringComparison.Ordinal));
        Assert.Contains("portable: ", checks, StringComparison.Ordinal);
    }
}
