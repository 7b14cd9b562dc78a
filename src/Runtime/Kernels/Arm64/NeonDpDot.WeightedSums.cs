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
        for (var end = weights + tokens; weights < end; weights += 16, values += 256)
        {
            var first = Vector128.Load(weights);
            var second = Vector128.Load(weights + 8);
            var high = AdvSimd.ShiftRightLogicalNarrowingUpper(AdvSimd.ShiftRightLogicalNarrowingLower(first, 7), second, 7);
            var low = AdvSimd.ExtractNarrowingUpper(AdvSimd.ExtractNarrowingLower(first), second) & Vector128.Create((sbyte)127);
            var rows = Vector128.Load(values);
            high0 = Dp.DotProductBySelectedQuadruplet(high0, rows, high, 0);
            low0 = Dp.DotProductBySelectedQuadruplet(low0, rows, low, 0);
            rows = Vector128.Load(values + 16);
            high1 = Dp.DotProductBySelectedQuadruplet(high1, rows, high, 0);
            low1 = Dp.DotProductBySelectedQuadruplet(low1, rows, low, 0);
            rows = Vector128.Load(values + 32);
            high2 = Dp.DotProductBySelectedQuadruplet(high2, rows, high, 0);
            low2 = Dp.DotProductBySelectedQuadruplet(low2, rows, low, 0);
            rows = Vector128.Load(values + 48);
            high3 = Dp.DotProductBySelectedQuadruplet(high3, rows, high, 0);
            low3 = Dp.DotProductBySelectedQuadruplet(low3, rows, low, 0);
            rows = Vector128.Load(values + 64);
            high0 = Dp.DotProductBySelectedQuadruplet(high0, rows, high, 1);
            low0 = Dp.DotProductBySelectedQuadruplet(low0, rows, low, 1);
            rows = Vector128.Load(values + 80);
            high1 = Dp.DotProductBySelectedQuadruplet(high1, rows, high, 1);
            low1 = Dp.DotProductBySelectedQuadruplet(low1, rows, low, 1);
            rows = Vector128.Load(values + 96);
            high2 = Dp.DotProductBySelectedQuadruplet(high2, rows, high, 1);
            low2 = Dp.DotProductBySelectedQuadruplet(low2, rows, low, 1);
            rows = Vector128.Load(values + 112);
            high3 = Dp.DotProductBySelectedQuadruplet(high3, rows, high, 1);
            low3 = Dp.DotProductBySelectedQuadruplet(low3, rows, low, 1);
            rows = Vector128.Load(values + 128);
            high0 = Dp.DotProductBySelectedQuadruplet(high0, rows, high, 2);
            low0 = Dp.DotProductBySelectedQuadruplet(low0, rows, low, 2);
            rows = Vector128.Load(values + 144);
            high1 = Dp.DotProductBySelectedQuadruplet(high1, rows, high, 2);
            low1 = Dp.DotProductBySelectedQuadruplet(low1, rows, low, 2);
            rows = Vector128.Load(values + 160);
            high2 = Dp.DotProductBySelectedQuadruplet(high2, rows, high, 2);
            low2 = Dp.DotProductBySelectedQuadruplet(low2, rows, low, 2);
            rows = Vector128.Load(values + 176);
            high3 = Dp.DotProductBySelectedQuadruplet(high3, rows, high, 2);
            low3 = Dp.DotProductBySelectedQuadruplet(low3, rows, low, 2);
            rows = Vector128.Load(values + 192);
            high0 = Dp.DotProductBySelectedQuadruplet(high0, rows, high, 3);
            low0 = Dp.DotProductBySelectedQuadruplet(low0, rows, low, 3);
            rows = Vector128.Load(values + 208);
            high1 = Dp.DotProductBySelectedQuadruplet(high1, rows, high, 3);
            low1 = Dp.DotProductBySelectedQuadruplet(low1, rows, low, 3);
            rows = Vector128.Load(values + 224);
            high2 = Dp.DotProductBySelectedQuadruplet(high2, rows, high, 3);
            low2 = Dp.DotProductBySelectedQuadruplet(low2, rows, low, 3);
            rows = Vector128.Load(values + 240);
            high3 = Dp.DotProductBySelectedQuadruplet(high3, rows, high, 3);
            low3 = Dp.DotProductBySelectedQuadruplet(low3, rows, low, 3);
        }

        Join(high0, low0).Store(sums);
        Join(high1, low1).Store(sums + 4);
        Join(high2, low2).Store(sums + 8);
        Join(high3, low3).Store(sums + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Join(Vector128<int> high, Vector128<int> low) => (high << 7) + low;
}
