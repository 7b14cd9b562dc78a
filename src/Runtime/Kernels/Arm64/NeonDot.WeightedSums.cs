using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeSeq.Runtime.Kernels.Arm64;

internal readonly unsafe partial struct NeonDot
{
    /// <summary>Values widen to 16 bits; four sums of each row, one for each token modulo 4, meet at the end.</summary>
    public static void WeightedSums(sbyte* values, nint stride, nint tiles, short* weights, nint tokens, int* sums)
    {
        for (; tiles > 0; tiles--, values += stride, sums += 16)
        {
            EightRows(values, weights, tokens, sums);
            EightRows(values + 32, weights, tokens, sums + 8);
        }
    }

    private static void EightRows(sbyte* values, short* weights, nint tokens, int* sums)
    {
        var sum0 = Vector128<int>.Zero;
        var sum1 = Vector128<int>.Zero;
        var sum2 = Vector128<int>.Zero;
        var sum3 = Vector128<int>.Zero;
        var sum4 = Vector128<int>.Zero;
        var sum5 = Vector128<int>.Zero;
        var sum6 = Vector128<int>.Zero;
        var sum7 = Vector128<int>.Zero;
        for (var end = weights + tokens; weights < end; weights += 4, values += 64)
        {
            var lower = Vector64.Load(weights);
            var both = Vector128.Create(lower, lower);
            var rows0 = AdvSimd.SignExtendWideningLower(Vector64.Load(values));
            var rows2 = AdvSimd.SignExtendWideningLower(Vector64.Load(values + 8));
            var rows4 = AdvSimd.SignExtendWideningLower(Vector64.Load(values + 16));
            var rows6 = AdvSimd.SignExtendWideningLower(Vector64.Load(values + 24));
            sum0 = AdvSimd.MultiplyWideningLowerAndAdd(sum0, rows0.GetLower(), lower);
            sum2 = AdvSimd.MultiplyWideningLowerAndAdd(sum2, rows2.GetLower(), lower);
            sum4 = AdvSimd.MultiplyWideningLowerAndAdd(sum4, rows4.GetLower(), lower);
            sum6 = AdvSimd.MultiplyWideningLowerAndAdd(sum6, rows6.GetLower(), lower);
            sum1 = AdvSimd.MultiplyWideningUpperAndAdd(sum1, rows0, both);
            sum3 = AdvSimd.MultiplyWideningUpperAndAdd(sum3, rows2, both);
            sum5 = AdvSimd.MultiplyWideningUpperAndAdd(sum5, rows4, both);
            sum7 = AdvSimd.MultiplyWideningUpperAndAdd(sum7, rows6, both);
        }

        AddFours(sum0, sum1, sum2, sum3).Store(sums);
        AddFours(sum4, sum5, sum6, sum7).Store(sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> AddFours(Vector128<int> row0, Vector128<int> row1, Vector128<int> row2, Vector128<int> row3) =>
        AdvSimd.Arm64.AddPairwise(AdvSimd.Arm64.AddPairwise(row0, row1), AdvSimd.Arm64.AddPairwise(row2, row3));
}
