using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Quantised vectors one after another in scratch memory, each behind a header with its correction and its scale.</summary>
/// <param name="memory"><see cref="KernelScratch.LinearS8"/> bytes.</param>
/// <param name="columns">Without padding.</param>
internal readonly unsafe struct PreparedVectors(byte* memory, int columns)
{
    /// <summary>Columns with padding.</summary>
    public readonly nint Length = PackedLayout.PadColumnsS8(columns);

    /// <summary>Bytes from vector to vector.</summary>
    public readonly nint Stride = KernelScratch.VectorS8(columns);

    private readonly byte* _memory = memory;

    public PreparedVector this[nint vector]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var values = Values(vector);
            return new PreparedVector(values, Length, PreparedVector.CorrectionBefore(values), Scale(vector));
        }
    }

    /// <summary>Where a vector's values go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public sbyte* Values(nint vector) => (sbyte*)(_memory + vector * Stride + KernelScratch.VectorHeaderBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Scale(nint vector) => ((float*)(_memory + vector * Stride))[1];

    /// <summary>Writes the header of a vector whose values are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(nint vector, in PreparedVector prepared)
    {
        var header = _memory + vector * Stride;
        *(int*)header = prepared.Correction;
        ((float*)header)[1] = prepared.Scale;
    }
}
