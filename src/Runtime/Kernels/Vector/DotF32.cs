using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Products of packed float32 rows: lanes along rows, four partial sums over the columns modulo 4. For several
/// vectors see <see cref="ProductsF32{TLanes}"/>.</summary>
internal static unsafe class DotF32<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int TileRows = PackedLayout.TileRows;

    /// <summary>sums[tile·16 + row] = (s0 + s1) + (s2 + s3) for <paramref name="tiles"/> tiles, <paramref name="stride"/> elements
    /// apart.</summary>
    public static void Dot(float* w, nint stride, nint tiles, float* x, nint columns, float* sums)
    {
        nint row = 0;
        // Eight chains of fused multiply-adds hide their latency; rows come in registers, two at a time where there are two.
        for (; row <= tiles * TileRows - 2 * TLanes.Count; row += 2 * TLanes.Count)
        {
            var next = row + TLanes.Count;
            Two(w + row / TileRows * stride + row % TileRows, w + next / TileRows * stride + next % TileRows, x, columns, sums + row);
        }

        if (row < tiles * TileRows)
            One(w + row / TileRows * stride + row % TileRows, x, columns, sums + row);
    }

    private static void Two(float* a, float* b, float* x, nint columns, float* sums)
    {
        var a0 = TLanes.Zero;
        var a1 = TLanes.Zero;
        var a2 = TLanes.Zero;
        var a3 = TLanes.Zero;
        var b0 = TLanes.Zero;
        var b1 = TLanes.Zero;
        var b2 = TLanes.Zero;
        var b3 = TLanes.Zero;
        nint k = 0;
        for (; k <= columns - 4; k += 4, x += 4, a += 4 * TileRows, b += 4 * TileRows)
        {
            var x0 = TLanes.Create(x[0]);
            a0 = TLanes.Fma(TLanes.Load(a), x0, a0);
            b0 = TLanes.Fma(TLanes.Load(b), x0, b0);
            var x1 = TLanes.Create(x[1]);
            a1 = TLanes.Fma(TLanes.Load(a + TileRows), x1, a1);
            b1 = TLanes.Fma(TLanes.Load(b + TileRows), x1, b1);
            var x2 = TLanes.Create(x[2]);
            a2 = TLanes.Fma(TLanes.Load(a + 2 * TileRows), x2, a2);
            b2 = TLanes.Fma(TLanes.Load(b + 2 * TileRows), x2, b2);
            var x3 = TLanes.Create(x[3]);
            a3 = TLanes.Fma(TLanes.Load(a + 3 * TileRows), x3, a3);
            b3 = TLanes.Fma(TLanes.Load(b + 3 * TileRows), x3, b3);
        }

        if (k < columns)
        {
            a0 = TLanes.Fma(TLanes.Load(a), TLanes.Create(x[0]), a0);
            b0 = TLanes.Fma(TLanes.Load(b), TLanes.Create(x[0]), b0);
        }

        if (k < columns - 1)
        {
            a1 = TLanes.Fma(TLanes.Load(a + TileRows), TLanes.Create(x[1]), a1);
            b1 = TLanes.Fma(TLanes.Load(b + TileRows), TLanes.Create(x[1]), b1);
        }

        if (k < columns - 2)
        {
            a2 = TLanes.Fma(TLanes.Load(a + 2 * TileRows), TLanes.Create(x[2]), a2);
            b2 = TLanes.Fma(TLanes.Load(b + 2 * TileRows), TLanes.Create(x[2]), b2);
        }

        TLanes.Store(a0 + a1 + (a2 + a3), sums);
        TLanes.Store(b0 + b1 + (b2 + b3), sums + TLanes.Count);
    }

    private static void One(float* a, float* x, nint columns, float* sums)
    {
        var a0 = TLanes.Zero;
        var a1 = TLanes.Zero;
        var a2 = TLanes.Zero;
        var a3 = TLanes.Zero;
        nint k = 0;
        for (; k <= columns - 4; k += 4, x += 4, a += 4 * TileRows)
        {
            a0 = TLanes.Fma(TLanes.Load(a), TLanes.Create(x[0]), a0);
            a1 = TLanes.Fma(TLanes.Load(a + TileRows), TLanes.Create(x[1]), a1);
            a2 = TLanes.Fma(TLanes.Load(a + 2 * TileRows), TLanes.Create(x[2]), a2);
            a3 = TLanes.Fma(TLanes.Load(a + 3 * TileRows), TLanes.Create(x[3]), a3);
        }

        if (k < columns)
            a0 = TLanes.Fma(TLanes.Load(a), TLanes.Create(x[0]), a0);
        if (k < columns - 1)
            a1 = TLanes.Fma(TLanes.Load(a + TileRows), TLanes.Create(x[1]), a1);
        if (k < columns - 2)
            a2 = TLanes.Fma(TLanes.Load(a + 2 * TileRows), TLanes.Create(x[2]), a2);
        TLanes.Store(a0 + a1 + (a2 + a3), sums);
    }
}
