using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeSeq.Runtime.Kernels.X64;

internal readonly unsafe partial struct Avx512Dot
{
    /// <summary>Values widen to 16 bits: a register holds 8 rows × 4 tokens, and two sums of each row meet at the end.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void WeightedSums(sbyte* values, nint stride, nint tiles, short* weights, nint tokens, int* sums)
    {
        for (; tiles >= 2; tiles -= 2, values += 2 * stride, sums += 32)
            TwoTiles(values, values + stride, weights, tokens, sums);
        if (tiles == 1)
            OneTile(values, weights, tokens, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoTiles(sbyte* a, sbyte* b, short* weights, nint tokens, int* sums)
    {
        var a0 = Vector512<int>.Zero;
        var a1 = a0;
        var b0 = a0;
        var b1 = a0;
        for (var end = weights + tokens; weights < end; weights += 4, a += 64, b += 64)
        {
            var four = Vector512.Create(*(long*)weights).AsInt16();
            a0 += EightRows(a, four);
            a1 += EightRows(a + 32, four);
            b0 += EightRows(b, four);
            b1 += EightRows(b + 32, four);
        }

        AddPairs(a0, a1).Store(sums);
        AddPairs(b0, b1).Store(sums + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneTile(sbyte* values, short* weights, nint tokens, int* sums)
    {
        var sum0 = Vector512<int>.Zero;
        var sum1 = sum0;
        for (var end = weights + tokens; weights < end; weights += 8, values += 128)
        {
            var four = Vector512.Create(*(long*)weights).AsInt16();
            sum0 += EightRows(values, four);
            sum1 += EightRows(values + 32, four);
            four = Vector512.Create(*(long*)(weights + 4)).AsInt16();
            sum0 += EightRows(values + 64, four);
            sum1 += EightRows(values + 96, four);
        }

        AddPairs(sum0, sum1).Store(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> EightRows(sbyte* values, Vector512<short> weights) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(values)), weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> AddPairs(Vector512<int> rows0, Vector512<int> rows8) =>
        Avx512F.PermuteVar16x32x2(rows0, Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), rows8)
        + Avx512F.PermuteVar16x32x2(rows0, Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), rows8);
}
