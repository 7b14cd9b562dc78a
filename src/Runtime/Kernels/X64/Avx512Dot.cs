using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>One register holds 16 rows × 4 columns. See <see cref="SignSplit"/> for how signs keep the products exact.</summary>
internal readonly unsafe partial struct Avx512Dot : IDotS8
{
    /// <summary>Columns from which on tiles are read one after another.</summary>
    private const int LongRow = 768;

    public static int Prepare(sbyte* values, sbyte* signs, nint length) => SignSplit.Prepare(values, signs, length);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Dot(sbyte* w, nint stride, nint tiles, in PreparedVector x, int* sums)
    {
        // Measured: 2048 x 1024 takes 9 % less time tile by tile, 1024 x 512 takes 9 % more. Presumably long rows come from beyond the
        // second cache, whose prefetcher likes one stream; the threshold lies between those two sizes.
        if (x.Length >= LongRow)
        {
            for (; tiles > 0; tiles--, w += stride, sums += 16)
                Pass<ITileCount.One>(w, stride, x, sums);
            return;
        }

        for (; tiles >= 4; tiles -= 4, w += 4 * stride, sums += 64)
            Pass<ITileCount.Four>(w, stride, x, sums);
        if (tiles == 3)
            Pass<ITileCount.Three>(w, stride, x, sums);
        else if (tiles == 2)
            Pass<ITileCount.Two>(w, stride, x, sums);
        else if (tiles == 1)
            Pass<ITileCount.One>(w, stride, x, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pass<TTiles>(sbyte* w, nint stride, in PreparedVector x, int* sums)
        where TTiles : struct, ITileCount
    {
        var ones = Vector512.Create((short)1);
        var a = Vector512.Create(x.Correction);
        var b = a;
        var c = a;
        var d = a;
        var values = x.Values;
        var signs = x.Signs;
        var w2 = w + 2 * stride;
        for (var end = values + x.Length; values < end; values += 8, signs += 8, w += 128, w2 += 128)
        {
            var magnitude = Vector512.Create(*(int*)values).AsByte();
            var sign = Vector512.Create(*(int*)signs).AsSByte();
            a += Products(magnitude, sign, w, ones);
            if (TTiles.Value > 1)
                b += Products(magnitude, sign, w + stride, ones);
            if (TTiles.Value > 2)
                c += Products(magnitude, sign, w2, ones);
            if (TTiles.Value > 3)
                d += Products(magnitude, sign, w2 + stride, ones);
            magnitude = Vector512.Create(*(int*)(values + 4)).AsByte();
            sign = Vector512.Create(*(int*)(signs + 4)).AsSByte();
            a += Products(magnitude, sign, w + 64, ones);
            if (TTiles.Value > 1)
                b += Products(magnitude, sign, w + stride + 64, ones);
            if (TTiles.Value > 2)
                c += Products(magnitude, sign, w2 + 64, ones);
            if (TTiles.Value > 3)
                d += Products(magnitude, sign, w2 + stride + 64, ones);
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
