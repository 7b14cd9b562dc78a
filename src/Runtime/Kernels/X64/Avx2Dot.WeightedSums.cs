using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeSeq.Runtime.Kernels.X64;

internal readonly unsafe partial struct Avx2Dot
{
    /// <summary>Values widen to 16 bits: a register holds 4 rows × 4 tokens, and two sums of each row meet at the end.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void WeightedSums(sbyte* values, nint stride, nint tiles, short* weights, nint tokens, int* sums)
    {
        for (; tiles > 0; tiles--, values += stride, sums += 16)
            OneTile(values, weights, tokens, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneTile(sbyte* values, short* weights, nint tokens, int* sums)
    {
        var sum0 = Vector256<int>.Zero;
        var sum1 = sum0;
        var sum2 = sum0;
        var sum3 = sum0;
        for (var end = weights + tokens; weights < end; weights += 4, values += 64)
        {
            var four = Vector256.Create(*(long*)weights).AsInt16();
            sum0 += FourRows(values, four);
            sum1 += FourRows(values + 16, four);
            sum2 += FourRows(values + 32, four);
            sum3 += FourRows(values + 48, four);
        }

        AddPairs(sum0, sum1).Store(sums);
        AddPairs(sum2, sum3).Store(sums + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> FourRows(sbyte* values, Vector256<short> weights) =>
        Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(values)), weights);

    /// <summary>The instruction works on halves, which leaves rows 0, 1, 4, 5 in the lower one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> AddPairs(Vector256<int> rows0, Vector256<int> rows4) =>
        Avx2.Permute4x64(Avx2.HorizontalAdd(rows0, rows4).AsInt64(), 0b11_01_10_00).AsInt32();
}
