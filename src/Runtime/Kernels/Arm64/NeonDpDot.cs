using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.Arm64;

/// <summary>The dot-product instruction by element: one register holds 4 rows × 4 columns of weights, another 16 columns of x.</summary>
internal readonly unsafe partial struct NeonDpDot : IDotS8
{
    public static int Prepare(sbyte* values, sbyte* signs, nint length) => 0;

    public static void Dot(sbyte* w, nint stride, nint tiles, in PreparedVector x, int* sums)
    {
        for (; tiles > 0; tiles--, w += stride, sums += 16)
            One(w, x, sums);
    }

    private static void One(sbyte* w, in PreparedVector x, int* sums)
    {
        var sum0 = Vector128<int>.Zero;
        var sum1 = Vector128<int>.Zero;
        var sum2 = Vector128<int>.Zero;
        var sum3 = Vector128<int>.Zero;
        var values = x.Values;
        for (var end = values + x.Length; values < end; values += 16, w += 256)
        {
            var group = Vector128.Load(values);
            sum0 = Dp.DotProductBySelectedQuadruplet(sum0, Vector128.Load(w), group, 0);
            sum1 = Dp.DotProductBySelectedQuadruplet(sum1, Vector128.Load(w + 16), group, 0);
            sum2 = Dp.DotProductBySelectedQuadruplet(sum2, Vector128.Load(w + 32), group, 0);
            sum3 = Dp.DotProductBySelectedQuadruplet(sum3, Vector128.Load(w + 48), group, 0);
            sum0 = Dp.DotProductBySelectedQuadruplet(sum0, Vector128.Load(w + 64), group, 1);
            sum1 = Dp.DotProductBySelectedQuadruplet(sum1, Vector128.Load(w + 80), group, 1);
            sum2 = Dp.DotProductBySelectedQuadruplet(sum2, Vector128.Load(w + 96), group, 1);
            sum3 = Dp.DotProductBySelectedQuadruplet(sum3, Vector128.Load(w + 112), group, 1);
            sum0 = Dp.DotProductBySelectedQuadruplet(sum0, Vector128.Load(w + 128), group, 2);
            sum1 = Dp.DotProductBySelectedQuadruplet(sum1, Vector128.Load(w + 144), group, 2);
            sum2 = Dp.DotProductBySelectedQuadruplet(sum2, Vector128.Load(w + 160), group, 2);
            sum3 = Dp.DotProductBySelectedQuadruplet(sum3, Vector128.Load(w + 176), group, 2);
            sum0 = Dp.DotProductBySelectedQuadruplet(sum0, Vector128.Load(w + 192), group, 3);
            sum1 = Dp.DotProductBySelectedQuadruplet(sum1, Vector128.Load(w + 208), group, 3);
            sum2 = Dp.DotProductBySelectedQuadruplet(sum2, Vector128.Load(w + 224), group, 3);
            sum3 = Dp.DotProductBySelectedQuadruplet(sum3, Vector128.Load(w + 240), group, 3);
        }

        sum0.Store(sums);
        sum1.Store(sums + 4);
        sum2.Store(sums + 8);
        sum3.Store(sums + 12);
    }
}
