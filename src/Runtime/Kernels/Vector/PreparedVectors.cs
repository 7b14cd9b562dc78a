using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Quantised vectors one after another in scratch memory, each behind a header: where its sums start, its scale, that one's
/// inverse, its offset where it has a zero point.</summary>
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
            return new PreparedVector(values, Length, PreparedVector.CorrectionBefore(values), Scale(vector), Offset(vector));
        }
    }

    /// <summary>What a vector's elements are multiplied with to become codes; 0: all of them are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Inverse(nint vector) => ((float*)(_memory + vector * Stride))[2];

    /// <summary>The zero point times the scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Offset(nint vector) => ((float*)(_memory + vector * Stride))[3];

    /// <summary>Where a vector's values go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public sbyte* Values(nint vector) => (sbyte*)(_memory + vector * Stride + KernelScratch.VectorHeaderBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Scale(nint vector) => ((float*)(_memory + vector * Stride))[1];

    /// <summary>Where the sums of a vector start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepStart(nint vector, int start) => *(int*)(_memory + vector * Stride) = start;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepScale(nint vector, float scale, float inverse)
    {
        var header = (float*)(_memory + vector * Stride);
        header[1] = scale;
        header[2] = inverse;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepOffset(nint vector, float offset) => ((float*)(_memory + vector * Stride))[3] = offset;
}
