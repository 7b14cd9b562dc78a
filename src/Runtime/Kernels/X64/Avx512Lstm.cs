using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EdgeSeq.Runtime.Kernels.Numerics;
using EdgeSeq.Runtime.Kernels.Vector;

namespace EdgeSeq.Runtime.Kernels.X64;

/// <summary>Products and gates of the int8 LSTM in one loop over tiles of 16 hidden units, with the sums in registers. A tile's
/// gates come late: each half of them stands behind a product of the next tile. Gates are long chains of dependent operations,
/// products many short ones; side by side the processor works on one while it waits for the other.</summary>
internal static unsafe class Avx512Lstm
{
    private const int TileRows = PackedLayout.TileRows;

    /// <summary>Whether four tiles read side by side are the fastest order for this vector's columns.</summary>
    public static bool Suits(in PreparedVector x) => x.Length < Avx512Dot.LongRow;

    /// <param name="w">The layer's gates of x.</param>
    /// <param name="r">The layer's gates of h.</param>
    /// <param name="c">[units].</param>
    /// <param name="cNext">[units]; may be c.</param>
    /// <param name="hNext">[units].</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Step(in LayerProduct w, in LayerProduct r, float* c, float* cNext, float* hNext, nint units)
    {
        const int Gates = 4;
        var xScale = Vector512.Create(w.X->Scale);
        var hScale = Vector512.Create(r.X->Scale);
        var weights = w.Weights;
        var recurrent = r.Weights;
        var (i, o, f, g) = (default(Lanes512), default(Lanes512), default(Lanes512), default(Lanes512));
        var cell = default(Lanes512);
        nint row = 0;
        for (var left = units + TileRows; left > 0; left -= TileRows)
        {
            var (iw, ow, fw, gw) = (default(Vector512<float>), default(Vector512<float>), default(Vector512<float>), default(Vector512<float>));
            if (left > TileRows)
            {
                Avx512Dot.Sums<ITileCount.Four>(weights, w.TileStride, *w.X, out var iSum, out var oSum, out var fSum, out var gSum);
                weights += Gates * w.TileStride;
                iw = Scaled(iSum, xScale, w, row);
                ow = Scaled(oSum, xScale, w, row + TileRows);
                fw = Scaled(fSum, xScale, w, row + 2 * TileRows);
                gw = Scaled(gSum, xScale, w, row + 3 * TileRows);
            }

            if (left <= units)
            {
                cell = GateMath<CoarseTanh>.LstmCell(i, f, g, LoadUpTo(c, left));
                StoreUpTo(cell, cNext, left);
                c += TileRows;
                cNext += TileRows;
            }

            var (ir, or, fr, gr) = (default(Vector512<float>), default(Vector512<float>), default(Vector512<float>), default(Vector512<float>));
            if (left > TileRows)
            {
                Avx512Dot.Sums<ITileCount.Four>(recurrent, r.TileStride, *r.X, out var iSum, out var oSum, out var fSum, out var gSum);
                recurrent += Gates * r.TileStride;
                ir = Scaled(iSum, hScale, r, row);
                or = Scaled(oSum, hScale, r, row + TileRows);
                fr = Scaled(fSum, hScale, r, row + 2 * TileRows);
                gr = Scaled(gSum, hScale, r, row + 3 * TileRows);
                row += Gates * TileRows;
            }

            if (left <= units)
            {
                StoreUpTo(GateMath<CoarseTanh>.LstmHidden(o, cell), hNext, left);
                hNext += TileRows;
            }

            i = new Lanes512(iw + ir);
            o = new Lanes512(ow + or);
            f = new Lanes512(fw + fr);
            g = new Lanes512(gw + gr);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scaled(Vector512<int> sum, Vector512<float> xScale, in LayerProduct product, nint row) =>
        Vector512.FusedMultiplyAdd(
            Vector512.ConvertToSingle(sum), Vector512.Load(product.Scale + row) * xScale,
            product.Bias == null ? Vector512<float>.Zero : Vector512.Load(product.Bias + row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes512 LoadUpTo(float* source, nint available) =>
        available >= TileRows ? Lanes512.Load(source) : Lanes512.LoadFirst(source, available, Lanes512.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreUpTo(Lanes512 value, float* target, nint available)
    {
        if (available >= TileRows)
            Lanes512.Store(value, target);
        else
            Lanes512.StoreFirst(value, target, available);
    }
}
