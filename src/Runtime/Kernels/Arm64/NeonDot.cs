using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.Arm64;

/// <summary>NEON without the dot product. Eight bytes hold 2 rows × 4 columns; two groups of columns meet in 16 bits (at most
/// 2·127·128), then pairs widen into 32-bit sums of which two belong to each row.</summary>
internal readonly unsafe partial struct NeonDot : IDotS8
{
    public static int Prepare(sbyte* values, sbyte* signs, nint length) => 0;

    public static void Dot(sbyte* w, nint tiles, in PreparedVector x, int* sums) => TileByTile.Dot<NeonDot>(w, tiles, x, sums);

    /// <summary>Statements stand in the order in which an in-order core should issue them: a load, then a multiply of
    /// values that came a few statements earlier. The compiler keeps it.</summary>
    public static void DotTile(sbyte* w, nint lineStride, in PreparedVector x, int* sums)
    {
        var sum0 = Vector128<int>.Zero;
        var sum1 = Vector128<int>.Zero;
        var sum2 = Vector128<int>.Zero;
        var sum3 = Vector128<int>.Zero;
        var sum4 = Vector128<int>.Zero;
        var sum5 = Vector128<int>.Zero;
        var sum6 = Vector128<int>.Zero;
        var sum7 = Vector128<int>.Zero;
        var values = (int*)x.Values;
        for (var end = values + x.Length / PackedLayout.GroupColumns; values < end; values += 2, w += 2 * lineStride)
        {
            var v = w + lineStride;
            var group = Vector64.Load(values);
            var a0 = Vector64.Load(w);
            var a1 = Vector64.Load(w + 8);
            var x0 = AdvSimd.DuplicateSelectedScalarToVector64(group, 0).AsSByte();
            var a2 = Vector64.Load(w + 16);
            var a3 = Vector64.Load(w + 24);
            var x1 = AdvSimd.DuplicateSelectedScalarToVector64(group, 1).AsSByte();
            var p0 = AdvSimd.MultiplyWideningLower(a0, x0);
            var b0 = Vector64.Load(v);
            var p1 = AdvSimd.MultiplyWideningLower(a1, x0);
            var p2 = AdvSimd.MultiplyWideningLower(a2, x0);
            var b1 = Vector64.Load(v + 8);
            var p3 = AdvSimd.MultiplyWideningLower(a3, x0);
            var b2 = Vector64.Load(v + 16);
            p0 = AdvSimd.MultiplyWideningLowerAndAdd(p0, b0, x1);
            var b3 = Vector64.Load(v + 24);
            p1 = AdvSimd.MultiplyWideningLowerAndAdd(p1, b1, x1);
            var a4 = Vector64.Load(w + 32);
            p2 = AdvSimd.MultiplyWideningLowerAndAdd(p2, b2, x1);
            var a5 = Vector64.Load(w + 40);
            p3 = AdvSimd.MultiplyWideningLowerAndAdd(p3, b3, x1);
            var a6 = Vector64.Load(w + 48);
            var p4 = AdvSimd.MultiplyWideningLower(a4, x0);
            var a7 = Vector64.Load(w + 56);
            var p5 = AdvSimd.MultiplyWideningLower(a5, x0);
            sum0 = AdvSimd.AddPairwiseWideningAndAdd(sum0, p0);
            var b4 = Vector64.Load(v + 32);
            var p6 = AdvSimd.MultiplyWideningLower(a6, x0);
            sum1 = AdvSimd.AddPairwiseWideningAndAdd(sum1, p1);
            var b5 = Vector64.Load(v + 40);
            var p7 = AdvSimd.MultiplyWideningLower(a7, x0);
            sum2 = AdvSimd.AddPairwiseWideningAndAdd(sum2, p2);
            var b6 = Vector64.Load(v + 48);
            p4 = AdvSimd.MultiplyWideningLowerAndAdd(p4, b4, x1);
            sum3 = AdvSimd.AddPairwiseWideningAndAdd(sum3, p3);
            var b7 = Vector64.Load(v + 56);
            p5 = AdvSimd.MultiplyWideningLowerAndAdd(p5, b5, x1);
            p6 = AdvSimd.MultiplyWideningLowerAndAdd(p6, b6, x1);
            p7 = AdvSimd.MultiplyWideningLowerAndAdd(p7, b7, x1);
            sum4 = AdvSimd.AddPairwiseWideningAndAdd(sum4, p4);
            sum5 = AdvSimd.AddPairwiseWideningAndAdd(sum5, p5);
            sum6 = AdvSimd.AddPairwiseWideningAndAdd(sum6, p6);
            sum7 = AdvSimd.AddPairwiseWideningAndAdd(sum7, p7);
        }

        AdvSimd.Arm64.AddPairwise(sum0, sum1).Store(sums);
        AdvSimd.Arm64.AddPairwise(sum2, sum3).Store(sums + 4);
        AdvSimd.Arm64.AddPairwise(sum4, sum5).Store(sums + 8);
        AdvSimd.Arm64.AddPairwise(sum6, sum7).Store(sums + 12);
    }
}
