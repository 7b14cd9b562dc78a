using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>As <see cref="Avx2Dot"/> with the dot-product instruction: two registers hold 16 rows × 4 columns. See <see cref="TopBits"/>
/// for how the products stay exact.</summary>
internal readonly unsafe partial struct AvxVnniDot : IDotS8, IBlockDot<AvxVnniDot>
{
    private const int LineBytes = PackedLayout.LineBytes;

    public static int Vectors => 4;

    public static bool StartsFromSum => true;

    public static int Prepare(sbyte* values, sbyte* signs, nint length) => TopBits.Prepare(values, length);

    public static int StartFromSum(int sum) => TopBits.Start(sum);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Dot(sbyte* w, nint tiles, in PreparedVector x, int* sums) => IBlockDot<AvxVnniDot>.Blocks(w, tiles, x, sums);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void DotTile(sbyte* w, nint lineStride, in PreparedVector x, int* sums) =>
        Block<ICount.One>(w, lineStride, x, sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block<TTiles>(sbyte* w, nint lineStride, in PreparedVector x, int* sums)
        where TTiles : struct, ICount
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
        var topBits = Vector256.Create((byte)0x80);
        for (var end = values + x.Length; values < end; values += 4, w += lineStride)
        {
            var four = Vector256.Create(*(int*)values).AsSByte();
            sum0 = Add(sum0, Weights(w, topBits), four);
            sum1 = Add(sum1, Weights(w + 32, topBits), four);
            if (TTiles.Value > 1)
            {
                sum2 = Add(sum2, Weights(w + LineBytes, topBits), four);
                sum3 = Add(sum3, Weights(w + LineBytes + 32, topBits), four);
            }

            if (TTiles.Value > 2)
            {
                sum4 = Add(sum4, Weights(w + 2 * LineBytes, topBits), four);
                sum5 = Add(sum5, Weights(w + 2 * LineBytes + 32, topBits), four);
            }

            if (TTiles.Value > 3)
            {
                sum6 = Add(sum6, Weights(w + 3 * LineBytes, topBits), four);
                sum7 = Add(sum7, Weights(w + 3 * LineBytes + 32, topBits), four);
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

    /// <summary>One tile after the other: its two registers of weights meet four vectors.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void DotVectors(sbyte* w, nint tiles, in PreparedVector x, nint stride, int* sums)
    {
        for (nint tile = 0; tile < tiles; tile++)
            TileVectors(w + tile * LineBytes, tiles, x, stride, sums + tile * PackedLayout.TileRows);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TileVectors(sbyte* w, nint tiles, in PreparedVector x, nint stride, int* sums)
    {
        var second = x.Values + stride;
        var third = second + stride;
        var fourth = third + stride;
        var a0 = Vector256.Create(PreparedVector.CorrectionBefore(x.Values));
        var a1 = Vector256.Create(PreparedVector.CorrectionBefore(second));
        var a2 = Vector256.Create(PreparedVector.CorrectionBefore(third));
        var a3 = Vector256.Create(PreparedVector.CorrectionBefore(fourth));
        var (b0, b1, b2, b3) = (a0, a1, a2, a3);
        var topBits = Vector256.Create((byte)0x80);
        for (nint k = 0; k < x.Length; k += PackedLayout.GroupColumns, w += tiles * LineBytes)
        {
            var lower = Weights(w, topBits);
            var upper = Weights(w + 32, topBits);
            var four = Vector256.Create(*(int*)(x.Values + k)).AsSByte();
            a0 = Add(a0, lower, four);
            b0 = Add(b0, upper, four);
            four = Vector256.Create(*(int*)(second + k)).AsSByte();
            a1 = Add(a1, lower, four);
            b1 = Add(b1, upper, four);
            four = Vector256.Create(*(int*)(third + k)).AsSByte();
            a2 = Add(a2, lower, four);
            b2 = Add(b2, upper, four);
            four = Vector256.Create(*(int*)(fourth + k)).AsSByte();
            a3 = Add(a3, lower, four);
            b3 = Add(b3, upper, four);
        }

        a0.Store(sums);
        b0.Store(sums + 8);
        sums += tiles * PackedLayout.TileRows;
        a1.Store(sums);
        b1.Store(sums + 8);
        sums += tiles * PackedLayout.TileRows;
        a2.Store(sums);
        b2.Store(sums + 8);
        sums += tiles * PackedLayout.TileRows;
        a3.Store(sums);
        b3.Store(sums + 8);
    }

    /// <summary>w + 128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Weights(sbyte* w, Vector256<byte> topBits) => Vector256.Load((byte*)w) ^ topBits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Add(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> x) =>
        AvxVnni.MultiplyWideningAndAdd(sum, weights, x);
}
