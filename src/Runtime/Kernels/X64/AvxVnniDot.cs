using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>As <see cref="Avx2Dot"/> with the dot-product instruction: two registers hold 16 rows × 4 columns. See <see cref="SignSplit"/>
/// for how signs keep the products exact.</summary>
internal readonly unsafe partial struct AvxVnniDot : IDotS8, IBlockDot<AvxVnniDot>
{
    private const int LineBytes = PackedLayout.LineBytes;

    public static int Prepare(sbyte* values, sbyte* signs, nint length) => SignSplit.Prepare(values, signs, length);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Dot(sbyte* w, nint tiles, in PreparedVector x, int* sums) => IBlockDot<AvxVnniDot>.Blocks(w, tiles, x, sums);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void DotTile(sbyte* w, nint lineStride, in PreparedVector x, int* sums) =>
        Block<ITileCount.One>(w, lineStride, x, sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block<TTiles>(sbyte* w, nint lineStride, in PreparedVector x, int* sums)
        where TTiles : struct, ITileCount
    {
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
            sum0 = Add(sum0, magnitude, sign, w);
            sum1 = Add(sum1, magnitude, sign, w + 32);
            if (TTiles.Value > 1)
            {
                sum2 = Add(sum2, magnitude, sign, w + LineBytes);
                sum3 = Add(sum3, magnitude, sign, w + LineBytes + 32);
            }

            if (TTiles.Value > 2)
            {
                sum4 = Add(sum4, magnitude, sign, w + 2 * LineBytes);
                sum5 = Add(sum5, magnitude, sign, w + 2 * LineBytes + 32);
            }

            if (TTiles.Value > 3)
            {
                sum6 = Add(sum6, magnitude, sign, w + 3 * LineBytes);
                sum7 = Add(sum7, magnitude, sign, w + 3 * LineBytes + 32);
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
    private static Vector256<int> Add(Vector256<int> sum, Vector256<byte> magnitude, Vector256<sbyte> sign, sbyte* w) =>
        AvxVnni.MultiplyWideningAndAdd(sum, magnitude, Vector256.Load(w) ^ sign);
}
