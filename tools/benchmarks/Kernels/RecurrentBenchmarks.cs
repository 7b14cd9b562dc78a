using BenchmarkDotNet.Attributes;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Runtime.Kernels.Selection;

namespace EdgeSeq.Benchmarks.Kernels;

/// <summary>The fused int8 steps by themselves, with allocation.</summary>
[MemoryDiagnoser]
public class RecurrentBenchmarks
{
    private Row? _lstm;
    private Row? _gru;

    [Params(64, 128, 256, 512)]
    public int Hidden { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _lstm = RecurrentSubjects.Lstm(Hidden, Hidden, [KernelSets.Active]);
        _gru = RecurrentSubjects.Gru(Hidden, Hidden, [KernelSets.Active]);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _lstm?.Dispose();
        _gru?.Dispose();
    }

    [Benchmark]
    public void Lstm() => _lstm!.Subjects[0].Step();

    [Benchmark]
    public void Gru() => _gru!.Subjects[0].Step();
}
