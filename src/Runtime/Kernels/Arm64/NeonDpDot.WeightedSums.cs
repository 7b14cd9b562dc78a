using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeSeq.Runtime.Kernels.Arm64;

internal readonly unsafe partial struct NeonDpDot
{
    /// <summary>Weights of 14 bits are two digits of 7, which the dot product takes as they are.</summary>
    public static void WeightedSums(sbyte* values, nint stride, nint tiles, short* weights, nint tokens, int* sums)
    {
        for (; tiles > 0; tiles--, values += stride, sums += 16)
            OneTile(values, weights, tokens, sums);
    }

    private static void OneTile(sbyte* values, short* weights, nint tokens, int* sums)
    {
        var high0 = Vector128<int>.Zero;
        var high1 = Vector128<int>.Zero;
        var high2 = Vector128<int>.Zero;
        var high3 = Vector128<int>.Zero;
        var low0 = Vector128<int>.Zero;
        var low1 = Vector128<int>.Zero;
        var low2 = Vector128<int>.Zero;
        var low3 = Vector128<int>.Zero;
        for (var end = weights + tokens; weights < end; weights += 16)
        {
            var first = Vector128.Load(weights);
            var second = Vector128.Load(weights + 8);
            var high = AdvSimd.ShiftRightLogicalNarrowingUpper(AdvSimd.ShiftRightLogicalNarrowingLower(first, 7), second, 7);
            var low = AdvSimd.ExtractNarrowingUpper(AdvSimd.ExtractNarrowingLower(first), second) & Vector128.Create((sbyte)127);
            for (var group = 0; group < 4; group++, values += 64)
            {
                var rows0 = Vector128.Load(values);
                var rows4 = Vector128.Load(values + 16);
                var rows8 = Vector128.Load(values + 32);
                var rows12 = Vector128.Load(values + 48);
                high0 = Dp.DotProductBySelectedQuadruplet(high0, rows0, high, 0);
                low0 = Dp.DotProductBySelectedQuadruplet(low0, rows0, low, 0);
                high1 = Dp.DotProductBySelectedQuadruplet(high1, rows4, high, 0);
                low1 = Dp.DotProductBySelectedQuadruplet(low1, rows4, low, 0);
                high2 = Dp.DotProductBySelectedQuadruplet(high2, rows8, high, 0);
                low2 = Dp.DotProductBySelectedQuadruplet(low2, rows8, low, 0);
                high3 = Dp.DotProductBySelectedQuadruplet(high3, rows12, high, 0);
                low3 = Dp.DotProductBySelectedQuadruplet(low3, rows12, low, 0);
                high = AdvSimd.ExtractVector128(high, high, 4);
                low = AdvSimd.ExtractVector128(low, low, 4);
            }
        }

        Join(high0, low0).Store(sums);
        Join(high1, low1).Store(sums + 4);
        Join(high2, low2).Store(sums + 8);
        Join(high3, low3).Store(sums + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Join(Vector128<int> high, Vector128<int> low) => (high << 7) + low;
}
