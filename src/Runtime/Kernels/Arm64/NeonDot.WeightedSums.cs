using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeSeq.Runtime.Kernels.Arm64;

internal readonly unsafe partial struct NeonDot
{
    private const int BytesPerWeight = 4;

    /// <summary>Weights of 14 bits are two digits of 7. With each the products go as in <see cref="Dot"/>: two groups of tokens meet in
    /// 16 bits (at most 2·127·127), then pairs widen into 32-bit sums.</summary>
    [SkipLocalsInit]
    public static void WeightedSums(sbyte* values, nint stride, nint tiles, short* weights, nint tokens, int* sums)
    {
        var digits = stackalloc sbyte[BytesPerWeight * AttentionRingS8.TokensPerSum];
        SplitDigits(weights, tokens, digits);
        for (; tiles > 0; tiles--, values += stride, sums += 16)
        {
            EightRows(values, digits, tokens, sums);
            EightRows(values + 32, digits, tokens, sums + 8);
        }
    }

    /// <summary>Of four weights the high digits, twice, then the low ones, twice: as two rows of values want them.</summary>
    private static void SplitDigits(short* weights, nint tokens, sbyte* digits)
    {
        for (var end = weights + tokens; weights < end; weights += 8, digits += 8 * BytesPerWeight)
        {
            var eight = Vector128.Load(weights);
            var high = AdvSimd.ShiftRightLogicalNarrowingLower(eight, 7).AsInt32();
            var low = AdvSimd.ExtractNarrowingLower(eight & Vector128.Create((short)127)).AsInt32();
            AdvSimd.DuplicateSelectedScalarToVector64(high, 0).AsSByte().Store(digits);
            AdvSimd.DuplicateSelectedScalarToVector64(low, 0).AsSByte().Store(digits + 8);
            AdvSimd.DuplicateSelectedScalarToVector64(high, 1).AsSByte().Store(digits + 16);
            AdvSimd.DuplicateSelectedScalarToVector64(low, 1).AsSByte().Store(digits + 24);
        }
    }

    /// <summary>Statements stand in the order in which an in-order core should issue them, as in <see cref="DotTile"/>.</summary>
    private static void EightRows(sbyte* values, sbyte* digits, nint tokens, int* sums)
    {
        var high0 = Vector128<int>.Zero;
        var high1 = Vector128<int>.Zero;
        var high2 = Vector128<int>.Zero;
        var high3 = Vector128<int>.Zero;
        var low0 = Vector128<int>.Zero;
        var low1 = Vector128<int>.Zero;
        var low2 = Vector128<int>.Zero;
        var low3 = Vector128<int>.Zero;
        for (var end = digits + tokens * BytesPerWeight; digits < end; digits += 8 * BytesPerWeight, values += 128)
        {
            var highA = Vector64.Load(digits);
            var lowA = Vector64.Load(digits + 8);
            var highB = Vector64.Load(digits + 16);
            var lowB = Vector64.Load(digits + 24);
            var a0 = Vector64.Load(values);
            var a1 = Vector64.Load(values + 8);
            var a2 = Vector64.Load(values + 16);
            var a3 = Vector64.Load(values + 24);
            var b0 = Vector64.Load(values + 64);
            var b1 = Vector64.Load(values + 72);
            var b2 = Vector64.Load(values + 80);
            var b3 = Vector64.Load(values + 88);
            var p0 = AdvSimd.MultiplyWideningLower(a0, highA);
            var p1 = AdvSimd.MultiplyWideningLower(a1, highA);
            var p2 = AdvSimd.MultiplyWideningLower(a2, highA);
            var p3 = AdvSimd.MultiplyWideningLower(a3, highA);
            var q0 = AdvSimd.MultiplyWideningLower(a0, lowA);
            var q1 = AdvSimd.MultiplyWideningLower(a1, lowA);
            var q2 = AdvSimd.MultiplyWideningLower(a2, lowA);
            var q3 = AdvSimd.MultiplyWideningLower(a3, lowA);
            p0 = AdvSimd.MultiplyWideningLowerAndAdd(p0, b0, highB);
            p1 = AdvSimd.MultiplyWideningLowerAndAdd(p1, b1, highB);
            p2 = AdvSimd.MultiplyWideningLowerAndAdd(p2, b2, highB);
            p3 = AdvSimd.MultiplyWideningLowerAndAdd(p3, b3, highB);
            q0 = AdvSimd.MultiplyWideningLowerAndAdd(q0, b0, lowB);
            q1 = AdvSimd.MultiplyWideningLowerAndAdd(q1, b1, lowB);
            high0 = AdvSimd.AddPairwiseWideningAndAdd(high0, p0);
            q2 = AdvSimd.MultiplyWideningLowerAndAdd(q2, b2, lowB);
            high1 = AdvSimd.AddPairwiseWideningAndAdd(high1, p1);
            q3 = AdvSimd.MultiplyWideningLowerAndAdd(q3, b3, lowB);
            high2 = AdvSimd.AddPairwiseWideningAndAdd(high2, p2);
            high3 = AdvSimd.AddPairwiseWideningAndAdd(high3, p3);
            low0 = AdvSimd.AddPairwiseWideningAndAdd(low0, q0);
            low1 = AdvSimd.AddPairwiseWideningAndAdd(low1, q1);
            low2 = AdvSimd.AddPairwiseWideningAndAdd(low2, q2);
            low3 = AdvSimd.AddPairwiseWideningAndAdd(low3, q3);
        }

        FourRows(high0, high1, low0, low1).Store(sums);
        FourRows(high2, high3, low2, low3).Store(sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> FourRows(Vector128<int> high0, Vector128<int> high1, Vector128<int> low0, Vector128<int> low1) =>
        (AdvSimd.Arm64.AddPairwise(high0, high1) << 7) + AdvSimd.Arm64.AddPairwise(low0, low1);
}
