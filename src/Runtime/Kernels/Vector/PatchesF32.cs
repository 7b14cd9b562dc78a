using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>The pinned form of <see cref="Patches"/>.</summary>
internal readonly unsafe struct PatchesF32(float* data, int* starts, int* runs, nint runCount, nint runLength)
{
    public readonly nint RunLength = runLength;
    public readonly nint RunCount = runCount;

    /// <summary>Null: one run, which begins where its vector does.</summary>
    public readonly int* Runs = runs;

    public nint Columns => RunCount * RunLength;

    public static PatchesF32 Of(in Patches x, float* data, int* starts, int* runs) =>
        new(data, starts, runs, Math.Max(x.Runs.Length, 1), x.RunLength);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Start(nint vector) => data + (starts == null ? vector * Columns : starts[vector]);

    /// <summary>Where a run begins, counted from the start of its vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Run(nint run) => Runs == null ? 0 : Runs[run];
}
