using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>Two registers hold 16 rows × 4 columns. See <see cref="SignSplit"/> for how signs keep the products exact.</summary>
internal readonly unsafe partial struct Avx2Dot : IDotS8, IBlockDot<Avx2Dot>
{
    private const int LineBytes = PackedLayout.LineBytes;

    public static int Prepare(sbyte* values, sbyte* signs, nint length) => SignSplit.Prepare(values, signs, length);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Dot(sbyte* w, nint tiles, in PreparedVector x, int* sums) => IBlockDot<Avx2Dot>.Blocks(w, tiles, x, sums);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void DotTile(sbyte* w, nint lineStride, in PreparedVector x, int* sums) =>
        Block<ICount.One>(w, lineStride, x, sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block<TTiles>(sbyte* w, nint lineStride, in PreparedVector x, int* sums)
        where TTiles : struct, ICount
    {
        var ones = Vector256.Create((short)1);
        var sum0 = Vector256.Create(x.Correction);
        var sum1 = sum0;
        var sum2 = sum0;
        var sum3 = sum0;
        var sum4 = sum0;
        var sum5 = sum0;
        var sum6 = sum0;
        var sum7 = sum0;
        var values = x.Values;
        var signs = x.Signs;
        for (var end = values + x.Length; values < end; values += 4, signs += 4, w += lineStride)
        {
            var magnitude = Vector256.Create(*(int*)values).AsByte();
            var sign = Vector256.Create(*(int*)signs).AsSByte();
            sum0 += Products(magnitude, sign, w, ones);
            sum1 += Products(magnitude, sign, w + 32, ones);
            if (TTiles.Value > 1)
            {
                sum2 += Products(magnitude, sign, w + LineBytes, ones);
                sum3 += Products(magnitude, sign, w + LineBytes + 32, ones);
            }

            if (TTiles.Value > 2)
            {
                sum4 += Products(magnitude, sign, w + 2 * LineBytes, ones);
                sum5 += Products(magnitude, sign, w + 2 * LineBytes + 32, ones);
            }

            if (TTiles.Value > 3)
            {
                sum6 += Products(magnitude, sign, w + 3 * LineBytes, ones);
                sum7 += Products(magnitude, sign, w + 3 * LineBytes + 32, ones);
            }
        }

        sum0.Store(sums);
        sum1.Store(sums + 8);
        if (TTiles.Value > 1)
        {
            sum2.Store(sums + 16);
            sum3.Store(sums + 24);
        }

        if (TTiles.Value > 2)
        {
            sum4.Store(sums + 32);
            sum5.Store(sums + 40);
        }

        if (TTiles.Value > 3)
        {
            sum6.Store(sums + 48);
            sum7.Store(sums + 56);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Products(Vector256<byte> magnitude, Vector256<sbyte> sign, sbyte* w, Vector256<short> ones) =>
        Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(magnitude, Vector256.Load(w) ^ sign), ones);
}
