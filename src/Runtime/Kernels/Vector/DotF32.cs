using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Products of packed float32 rows: lanes along rows, four partial sums over the columns modulo 4.</summary>
internal static unsafe class DotF32<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Vectors of <see cref="DotVectors"/>.</summary>
    public const int Vectors = 2;

    private const int TileRows = PackedLayout.TileRows;

    /// <summary>One register of rows times neighbouring vectors: sums[vector·lanes + row].</summary>
    /// <param name="x">[<see cref="Vectors"/>, columns].</param>
    public static void DotVectors(float* w, float* x, nint columns, float* sums)
    {
        var z = x + columns;
        var x0 = TLanes.Zero;
        var x1 = TLanes.Zero;
        var x2 = TLanes.Zero;
        var x3 = TLanes.Zero;
        var z0 = TLanes.Zero;
        var z1 = TLanes.Zero;
        var z2 = TLanes.Zero;
        var z3 = TLanes.Zero;
        nint k = 0;
        for (; k <= columns - 4; k += 4, x += 4, z += 4, w += 4 * TileRows)
        {
            var w0 = TLanes.Load(w);
            x0 = TLanes.Fma(w0, TLanes.Create(x[0]), x0);
            z0 = TLanes.Fma(w0, TLanes.Create(z[0]), z0);
            var w1 = TLanes.Load(w + TileRows);
            x1 = TLanes.Fma(w1, TLanes.Create(x[1]), x1);
            z1 = TLanes.Fma(w1, TLanes.Create(z[1]), z1);
            var w2 = TLanes.Load(w + 2 * TileRows);
            x2 = TLanes.Fma(w2, TLanes.Create(x[2]), x2);
            z2 = TLanes.Fma(w2, TLanes.Create(z[2]), z2);
            var w3 = TLanes.Load(w + 3 * TileRows);
            x3 = TLanes.Fma(w3, TLanes.Create(x[3]), x3);
            z3 = TLanes.Fma(w3, TLanes.Create(z[3]), z3);
        }

        if (k < columns)
        {
            x0 = TLanes.Fma(TLanes.Load(w), TLanes.Create(x[0]), x0);
            z0 = TLanes.Fma(TLanes.Load(w), TLanes.Create(z[0]), z0);
        }

        if (k < columns - 1)
        {
            x1 = TLanes.Fma(TLanes.Load(w + TileRows), TLanes.Create(x[1]), x1);
            z1 = TLanes.Fma(TLanes.Load(w + TileRows), TLanes.Create(z[1]), z1);
        }

        if (k < columns - 2)
        {
            x2 = TLanes.Fma(TLanes.Load(w + 2 * TileRows), TLanes.Create(x[2]), x2);
            z2 = TLanes.Fma(TLanes.Load(w + 2 * TileRows), TLanes.Create(z[2]), z2);
        }

        TLanes.Store(x0 + x1 + (x2 + x3), sums);
        TLanes.Store(z0 + z1 + (z2 + z3), sums + TLanes.Count);
    }

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
