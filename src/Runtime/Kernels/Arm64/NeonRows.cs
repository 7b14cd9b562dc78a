using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeSeq.Runtime.Kernels.Arm64;

/// <summary>Products of packed float32 rows on NEON. Four columns of x lie in one register, from which the multiply-add takes
/// them by element.</summary>
internal static unsafe class NeonRows
{
    private const int TileRows = PackedLayout.TileRows;

    /// <summary>As <see cref="Vector.DotF32{TLanes}.Dot"/>.</summary>
    public static void Dot(float* w, nint stride, nint tiles, float* x, nint columns, float* sums)
    {
        for (; tiles > 0; tiles--, w += stride, sums += TileRows)
            One(w, x, columns, sums);
    }

    private static void One(float* w, float* x, nint columns, float* sums)
    {
        var (a0, a1, a2, a3) = (Vector128<float>.Zero, Vector128<float>.Zero, Vector128<float>.Zero, Vector128<float>.Zero);
        var (b0, b1, b2, b3) = (a0, a0, a0, a0);
        var (c0, c1, c2, c3) = (a0, a0, a0, a0);
        var (d0, d1, d2, d3) = (a0, a0, a0, a0);
        for (var end = x + (columns & ~(nint)3); x < end; x += 4, w += 4 * TileRows)
        {
            var four = Vector128.Load(x);
            var r0 = Vector128.Load(w);
            var r1 = Vector128.Load(w + 4);
            var r2 = Vector128.Load(w + 8);
            var r3 = Vector128.Load(w + 12);
            var r4 = Vector128.Load(w + 16);
            var r5 = Vector128.Load(w + 20);
            var r6 = Vector128.Load(w + 24);
            var r7 = Vector128.Load(w + 28);
            a0 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(a0, r0, four, 0);
            a1 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(a1, r1, four, 0);
            a2 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(a2, r2, four, 0);
            a3 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(a3, r3, four, 0);
            b0 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(b0, r4, four, 1);
            b1 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(b1, r5, four, 1);
            b2 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(b2, r6, four, 1);
            b3 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(b3, r7, four, 1);
            r0 = Vector128.Load(w + 32);
            r1 = Vector128.Load(w + 36);
            r2 = Vector128.Load(w + 40);
            r3 = Vector128.Load(w + 44);
            r4 = Vector128.Load(w + 48);
            r5 = Vector128.Load(w + 52);
            r6 = Vector128.Load(w + 56);
            r7 = Vector128.Load(w + 60);
            c0 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c0, r0, four, 2);
            c1 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c1, r1, four, 2);
            c2 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c2, r2, four, 2);
            c3 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c3, r3, four, 2);
            d0 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(d0, r4, four, 3);
            d1 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(d1, r5, four, 3);
            d2 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(d2, r6, four, 3);
            d3 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(d3, r7, four, 3);
        }

        if ((columns & 3) > 0)
            Add(w, x[0], ref a0, ref a1, ref a2, ref a3);
        if ((columns & 3) > 1)
            Add(w + TileRows, x[1], ref b0, ref b1, ref b2, ref b3);
        if ((columns & 3) > 2)
            Add(w + 2 * TileRows, x[2], ref c0, ref c1, ref c2, ref c3);
        (a0 + b0 + (c0 + d0)).Store(sums);
        (a1 + b1 + (c1 + d1)).Store(sums + 4);
        (a2 + b2 + (c2 + d2)).Store(sums + 8);
        (a3 + b3 + (c3 + d3)).Store(sums + 12);
    }

    /// <summary>A column of those that are no four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* column, float x, ref Vector128<float> sum0, ref Vector128<float> sum1, ref Vector128<float> sum2,
    ref Vector128<float> sum3)
    {
        var factor = Vector128.Create(x);
        sum0 = Vector128.FusedMultiplyAdd(Vector128.Load(column), factor, sum0);
        sum1 = Vector128.FusedMultiplyAdd(Vector128.Load(column + 4), factor, sum1);
        sum2 = Vector128.FusedMultiplyAdd(Vector128.Load(column + 8), factor, sum2);
        sum3 = Vector128.FusedMultiplyAdd(Vector128.Load(column + 12), factor, sum3);
    }
}
