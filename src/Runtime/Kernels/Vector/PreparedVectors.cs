using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Quantised vectors one after another in scratch memory, each behind a header: where its sums start, its scale, that one's
/// inverse, its offset where it has a zero point.</summary>
/// <param name="memory"><see cref="KernelScratch.LinearS8"/> bytes.</param>
/// <param name="columns">Without padding.</param>
internal readonly unsafe struct PreparedVectors(byte* memory, int columns)
{
    // Elements of a header.
    public const int StartPlace = 0, ScalePlace = 1, InversePlace = 2, OffsetPlace = 3;

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
    public float Inverse(nint vector) => ((float*)Header(vector))[InversePlace];

    /// <summary>The zero point times the scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Offset(nint vector) => ((float*)Header(vector))[OffsetPlace];

    /// <summary>Where a vector begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Header(nint vector) => _memory + vector * Stride;

    /// <summary>Where a vector's values go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public sbyte* Values(nint vector) => (sbyte*)Header(vector) + KernelScratch.VectorHeaderBytes;

    /// <summary>Of neighbouring vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasFiniteScales(nint from, nint count)
    {
        var isFinite = true;
        for (var vector = from; vector < from + count; vector++)
            isFinite &= Scale(vector) <= float.MaxValue;
        return isFinite;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Scale(nint vector) => ((float*)Header(vector))[ScalePlace];

    /// <summary>Where the sums of a vector start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepStart(nint vector, int start) => ((int*)Header(vector))[StartPlace] = start;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepScale(nint vector, float scale, float inverse)
    {
        var header = (float*)Header(vector);
        header[ScalePlace] = scale;
        header[InversePlace] = inverse;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepOffset(nint vector, float offset) => ((float*)Header(vector))[OffsetPlace] = offset;
}
