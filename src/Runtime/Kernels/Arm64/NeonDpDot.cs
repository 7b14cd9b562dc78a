using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.Arm64;

/// <summary>The dot-product instruction by element: one register holds 4 rows × 4 columns of weights, another 16 columns of x.</summary>
internal readonly unsafe partial struct NeonDpDot : IDotS8
{
    public static int Vectors => 4;

    public static int Prepare(sbyte* values, sbyte* signs, nint length) => 0;

    public static void Dot(sbyte* w, nint tiles, in PreparedVector x, int* sums)
    {
        const int Block = PackedLayout.BlockTiles;
        for (; tiles >= Block; tiles -= Block, w += Block * PackedLayout.TileRows * x.Length, sums += Block * PackedLayout.TileRows)
            FourTiles(w, x, sums);
        if (tiles > 0)
            TileByTile.Dot<NeonDpDot>(w, tiles, x, sums);
    }

    public static void DotTile(sbyte* w, nint lineStride, in PreparedVector x, int* sums)
    {
        var sum0 = Vector128<int>.Zero;
        var sum1 = Vector128<int>.Zero;
        var sum2 = Vector128<int>.Zero;
        var sum3 = Vector128<int>.Zero;
        var values = x.Values;
        for (var end = values + x.Length; values < end; values += 16, w += 4 * lineStride)
        {
            var group = Vector128.Load(values);
            var second = w + lineStride;
            var third = second + lineStride;
            var fourth = third + lineStride;
            sum0 = Dp.DotProductBySelectedQuadruplet(sum0, Vector128.Load(w), group, 0);
            sum1 = Dp.DotProductBySelectedQuadruplet(sum1, Vector128.Load(w + 16), group, 0);
            sum2 = Dp.DotProductBySelectedQuadruplet(sum2, Vector128.Load(w + 32), group, 0);
            sum3 = Dp.DotProductBySelectedQuadruplet(sum3, Vector128.Load(w + 48), group, 0);
            sum0 = Dp.DotProductBySelectedQuadruplet(sum0, Vector128.Load(second), group, 1);
            sum1 = Dp.DotProductBySelectedQuadruplet(sum1, Vector128.Load(second + 16), group, 1);
            sum2 = Dp.DotProductBySelectedQuadruplet(sum2, Vector128.Load(second + 32), group, 1);
            sum3 = Dp.DotProductBySelectedQuadruplet(sum3, Vector128.Load(second + 48), group, 1);
            sum0 = Dp.DotProductBySelectedQuadruplet(sum0, Vector128.Load(third), group, 2);
            sum1 = Dp.DotProductBySelectedQuadruplet(sum1, Vector128.Load(third + 16), group, 2);
            sum2 = Dp.DotProductBySelectedQuadruplet(sum2, Vector128.Load(third + 32), group, 2);
            sum3 = Dp.DotProductBySelectedQuadruplet(sum3, Vector128.Load(third + 48), group, 2);
            sum0 = Dp.DotProductBySelectedQuadruplet(sum0, Vector128.Load(fourth), group, 3);
            sum1 = Dp.DotProductBySelectedQuadruplet(sum1, Vector128.Load(fourth + 16), group, 3);
            sum2 = Dp.DotProductBySelectedQuadruplet(sum2, Vector128.Load(fourth + 32), group, 3);
            sum3 = Dp.DotProductBySelectedQuadruplet(sum3, Vector128.Load(fourth + 48), group, 3);
        }

        sum0.Store(sums);
        sum1.Store(sums + 4);
        sum2.Store(sums + 8);
        sum3.Store(sums + 12);
    }

    /// <summary>One tile after the other: its four registers of weights meet four vectors.</summary>
    public static void DotVectors(sbyte* w, nint tiles, in PreparedVector x, nint stride, int* sums)
    {
        for (nint tile = 0; tile < tiles; tile++)
            TileVectors(w + tile * PackedLayout.LineBytes, tiles, x, stride, sums + tile * PackedLayout.TileRows);
    }

    private static void TileVectors(sbyte* w, nint tiles, in PreparedVector x, nint stride, int* sums)
    {
        var (a0, a1, a2, a3) = (Vector128<int>.Zero, Vector128<int>.Zero, Vector128<int>.Zero, Vector128<int>.Zero);
        var (b0, b1, b2, b3) = (a0, a0, a0, a0);
        var (c0, c1, c2, c3) = (a0, a0, a0, a0);
        var (d0, d1, d2, d3) = (a0, a0, a0, a0);
        var second = x.Values + stride;
        var third = second + stride;
        var fourth = third + stride;
        for (nint k = 0; k < x.Length; k += PackedLayout.GroupColumns, w += tiles * PackedLayout.LineBytes)
        {
            var w0 = Vector128.Load(w);
            var w1 = Vector128.Load(w + 16);
            var w2 = Vector128.Load(w + 32);
            var w3 = Vector128.Load(w + 48);
            var a = Vector128.Create(*(int*)(x.Values + k)).AsSByte();
            var b = Vector128.Create(*(int*)(second + k)).AsSByte();
            var c = Vector128.Create(*(int*)(third + k)).AsSByte();
            var d = Vector128.Create(*(int*)(fourth + k)).AsSByte();
            a0 = Dp.DotProduct(a0, w0, a);
            a1 = Dp.DotProduct(a1, w1, a);
            a2 = Dp.DotProduct(a2, w2, a);
            a3 = Dp.DotProduct(a3, w3, a);
            b0 = Dp.DotProduct(b0, w0, b);
            b1 = Dp.DotProduct(b1, w1, b);
            b2 = Dp.DotProduct(b2, w2, b);
            b3 = Dp.DotProduct(b3, w3, b);
            c0 = Dp.DotProduct(c0, w0, c);
            c1 = Dp.DotProduct(c1, w1, c);
            c2 = Dp.DotProduct(c2, w2, c);
            c3 = Dp.DotProduct(c3, w3, c);
            d0 = Dp.DotProduct(d0, w0, d);
            d1 = Dp.DotProduct(d1, w1, d);
            d2 = Dp.DotProduct(d2, w2, d);
            d3 = Dp.DotProduct(d3, w3, d);
        }

        Store(a0, a1, a2, a3, sums);
        Store(b0, b1, b2, b3, sums + tiles * PackedLayout.TileRows);
        Store(c0, c1, c2, c3, sums + 2 * tiles * PackedLayout.TileRows);
        Store(d0, d1, d2, d3, sums + 3 * tiles * PackedLayout.TileRows);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d, int* sums)
    {
        a.Store(sums);
        b.Store(sums + 4);
        c.Store(sums + 8);
        d.Store(sums + 12);
    }

    /// <summary>A whole block as one stream: 16 sums, and each four values of x meet 64 rows.</summary>
    private static void FourTiles(sbyte* w, in PreparedVector x, int* sums)
    {
        var sum0 = Vector128<int>.Zero;
        var sum1 = Vector128<int>.Zero;
        var sum2 = Vector128<int>.Zero;
        var sum3 = Vector128<int>.Zero;
        var sum4 = Vector128<int>.Zero;
        var sum5 = Vector128<int>.Zero;
        var sum6 = Vector128<int>.Zero;
        var sum7 = Vector128<int>.Zero;
        var sum8 = Vector128<int>.Zero;
        var sum9 = Vector128<int>.Zero;
        var sum10 = Vector128<int>.Zero;
        var sum11 = Vector128<int>.Zero;
        var sum12 = Vector128<int>.Zero;
        var sum13 = Vector128<int>.Zero;
        var sum14 = Vector128<int>.Zero;
        var sum15 = Vector128<int>.Zero;
        var values = (int*)x.Values;
        for (var end = values + x.Length / PackedLayout.GroupColumns; values < end; values += 2, w += 512)
        {
            var x0 = Vector128.Create(values[0]).AsSByte();
            sum0 = Dp.DotProduct(sum0, Vector128.Load(w), x0);
            sum1 = Dp.DotProduct(sum1, Vector128.Load(w + 16), x0);
            sum2 = Dp.DotProduct(sum2, Vector128.Load(w + 32), x0);
            sum3 = Dp.DotProduct(sum3, Vector128.Load(w + 48), x0);
            sum4 = Dp.DotProduct(sum4, Vector128.Load(w + 64), x0);
            sum5 = Dp.DotProduct(sum5, Vector128.Load(w + 80), x0);
            sum6 = Dp.DotProduct(sum6, Vector128.Load(w + 96), x0);
            sum7 = Dp.DotProduct(sum7, Vector128.Load(w + 112), x0);
            sum8 = Dp.DotProduct(sum8, Vector128.Load(w + 128), x0);
            sum9 = Dp.DotProduct(sum9, Vector128.Load(w + 144), x0);
            sum10 = Dp.DotProduct(sum10, Vector128.Load(w + 160), x0);
            sum11 = Dp.DotProduct(sum11, Vector128.Load(w + 176), x0);
            sum12 = Dp.DotProduct(sum12, Vector128.Load(w + 192), x0);
            sum13 = Dp.DotProduct(sum13, Vector128.Load(w + 208), x0);
            sum14 = Dp.DotProduct(sum14, Vector128.Load(w + 224), x0);
            sum15 = Dp.DotProduct(sum15, Vector128.Load(w + 240), x0);
            var x1 = Vector128.Create(values[1]).AsSByte();
            sum0 = Dp.DotProduct(sum0, Vector128.Load(w + 256), x1);
            sum1 = Dp.DotProduct(sum1, Vector128.Load(w + 272), x1);
            sum2 = Dp.DotProduct(sum2, Vector128.Load(w + 288), x1);
            sum3 = Dp.DotProduct(sum3, Vector128.Load(w + 304), x1);
            sum4 = Dp.DotProduct(sum4, Vector128.Load(w + 320), x1);
            sum5 = Dp.DotProduct(sum5, Vector128.Load(w + 336), x1);
            sum6 = Dp.DotProduct(sum6, Vector128.Load(w + 352), x1);
            sum7 = Dp.DotProduct(sum7, Vector128.Load(w + 368), x1);
            sum8 = Dp.DotProduct(sum8, Vector128.Load(w + 384), x1);
            sum9 = Dp.DotProduct(sum9, Vector128.Load(w + 400), x1);
            sum10 = Dp.DotProduct(sum10, Vector128.Load(w + 416), x1);
            sum11 = Dp.DotProduct(sum11, Vector128.Load(w + 432), x1);
            sum12 = Dp.DotProduct(sum12, Vector128.Load(w + 448), x1);
            sum13 = Dp.DotProduct(sum13, Vector128.Load(w + 464), x1);
            sum14 = Dp.DotProduct(sum14, Vector128.Load(w + 480), x1);
            sum15 = Dp.DotProduct(sum15, Vector128.Load(w + 496), x1);
        }

        sum0.Store(sums);
        sum1.Store(sums + 4);
        sum2.Store(sums + 8);
        sum3.Store(sums + 12);
        sum4.Store(sums + 16);
        sum5.Store(sums + 20);
        sum6.Store(sums + 24);
        sum7.Store(sums + 28);
        sum8.Store(sums + 32);
        sum9.Store(sums + 36);
        sum10.Store(sums + 40);
        sum11.Store(sums + 44);
        sum12.Store(sums + 48);
        sum13.Store(sums + 52);
        sum14.Store(sums + 56);
        sum15.Store(sums + 60);
    }
}
