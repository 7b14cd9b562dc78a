using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>One register holds 16 rows × 4 columns. See <see cref="SignSplit"/> for how signs keep the products exact.</summary>
internal readonly unsafe partial struct Avx512Dot : IDotS8, IBlockDot<Avx512Dot>
{
    private const int LineBytes = PackedLayout.LineBytes;

    public static int Prepare(sbyte* values, sbyte* signs, nint length) => SignSplit.Prepare(values, signs, length);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Dot(sbyte* w, nint tiles, in PreparedVector x, int* sums) => IBlockDot<Avx512Dot>.Blocks(w, tiles, x, sums);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void DotTile(sbyte* w, nint lineStride, in PreparedVector x, int* sums) =>
        Block<ICount.One>(w, lineStride, x, sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block<TTiles>(sbyte* w, nint lineStride, in PreparedVector x, int* sums)
        where TTiles : struct, ICount
    {
        var ones = Vector512.Create((short)1);
        var a = Vector512.Create(x.Correction);
        var b = a;
        var c = a;
        var d = a;
        var values = x.Values;
        var signs = x.Signs;
        for (var end = values + x.Length; values < end; values += 8, signs += 8, w += 2 * lineStride)
        {
            var magnitude = Vector512.Create(*(int*)values).AsByte();
            var sign = Vector512.Create(*(int*)signs).AsSByte();
            a += Products(magnitude, sign, w, ones);
            if (TTiles.Value > 1)
                b += Products(magnitude, sign, w + LineBytes, ones);
            if (TTiles.Value > 2)
                c += Products(magnitude, sign, w + 2 * LineBytes, ones);
            if (TTiles.Value > 3)
                d += Products(magnitude, sign, w + 3 * LineBytes, ones);
            var next = w + lineStride;
            magnitude = Vector512.Create(*(int*)(values + 4)).AsByte();
            sign = Vector512.Create(*(int*)(signs + 4)).AsSByte();
            a += Products(magnitude, sign, next, ones);
            if (TTiles.Value > 1)
                b += Products(magnitude, sign, next + LineBytes, ones);
            if (TTiles.Value > 2)
                c += Products(magnitude, sign, next + 2 * LineBytes, ones);
            if (TTiles.Value > 3)
                d += Products(magnitude, sign, next + 3 * LineBytes, ones);
        }

        a.Store(sums);
        if (TTiles.Value > 1)
            b.Store(sums + 16);
        if (TTiles.Value > 2)
            c.Store(sums + 32);
        if (TTiles.Value > 3)
            d.Store(sums + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Products(Vector512<byte> magnitude, Vector512<sbyte> sign, sbyte* w, Vector512<short> ones) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(magnitude, Vector512.Load(w) ^ sign), ones);
}
