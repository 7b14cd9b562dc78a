using System.Runtime.InteropServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>Writes a token into the packed rings: a row of the keys, a column of the values.</summary>
internal static class AttentionAppend
{
    public static void S8(KernelSet kernels, AttentionRingS8 ring, int slot, ReadOnlySpan<float> k, ReadOnlySpan<float> v, Span<byte> scratch)
    {
        var q = MemoryMarshal.Cast<byte, sbyte>(scratch);
        ring.KeyScale[slot] = kernels.QuantizeS8(k, q);
        var key = PackedLayout.OffsetS8(slot, 0, k.Length);
        const int groupLength = PackedLayout.TileRows * PackedLayout.GroupColumns;
        for (var column = 0; column < k.Length; column += PackedLayout.GroupColumns, key += groupLength)
            q.Slice(column, PackedLayout.GroupColumns).CopyTo(ring.Keys[key..]);
        ring.ValueScale[slot] = kernels.QuantizeS8(v, q);
        for (var row = 0; row < v.Length; row++)
            ring.Values[PackedLayout.OffsetS8(row, slot, ring.Window)] = q[row];
    }

    public static void F32(AttentionRingF32 ring, int slot, ReadOnlySpan<float> k, ReadOnlySpan<float> v)
    {
        for (var column = 0; column < k.Length; column++)
            ring.Keys[PackedLayout.OffsetF32(slot, column, k.Length)] = k[column];
        for (var row = 0; row < v.Length; row++)
            ring.Values[PackedLayout.OffsetF32(row, slot, ring.Window)] = v[row];
    }
}
