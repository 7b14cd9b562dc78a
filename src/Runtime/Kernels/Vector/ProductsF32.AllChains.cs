using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

internal static unsafe partial class ProductsF32<TLanes>
{
    private static void AllChains(in RowsF32 rows, in PatchesF32 x, nint vector, float* y)
    {
        if (rows.Registers > 1)
            AllChains<ICount.Two>(rows, x, vector, y);
        else
            AllChains<ICount.One>(rows, x, vector, y);
    }

    /// <summary>Three vectors, all four chains side by side. Runs are whole fours of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AllChains<TRows>(in RowsF32 rows, in PatchesF32 x, nint vector, float* y)
        where TRows : struct, ICount
    {
        // Register of rows a or b, vector, chain.
        TLanes a00 = TLanes.Zero, a01 = TLanes.Zero, a02 = TLanes.Zero, a03 = TLanes.Zero;
        TLanes a10 = TLanes.Zero, a11 = TLanes.Zero, a12 = TLanes.Zero, a13 = TLanes.Zero;
        TLanes a20 = TLanes.Zero, a21 = TLanes.Zero, a22 = TLanes.Zero, a23 = TLanes.Zero;
        TLanes b00 = TLanes.Zero, b01 = TLanes.Zero, b02 = TLanes.Zero, b03 = TLanes.Zero;
        TLanes b10 = TLanes.Zero, b11 = TLanes.Zero, b12 = TLanes.Zero, b13 = TLanes.Zero;
        TLanes b20 = TLanes.Zero, b21 = TLanes.Zero, b22 = TLanes.Zero, b23 = TLanes.Zero;
        var x0 = x.Start(vector);
        var x1 = x.Start(vector + 1);
        var x2 = x.Start(vector + 2);
        var w = rows.First;
        var next = rows.Next;
        for (nint run = 0; run < x.RunCount; run++)
        {
            var end = x.Run(run) + x.RunLength;
            for (var k = end - x.RunLength; k < end; k += Chains, w += Chains * TileRows)
            {
                var wa = TLanes.Load(w);
                var wb = TRows.Value > 1 ? TLanes.Load(w + next) : wa;
                var value = TLanes.Create(x0[k]);
                a00 = TLanes.Fma(wa, value, a00);
                if (TRows.Value > 1)
                    b00 = TLanes.Fma(wb, value, b00);
                value = TLanes.Create(x1[k]);
                a10 = TLanes.Fma(wa, value, a10);
                if (TRows.Value > 1)
                    b10 = TLanes.Fma(wb, value, b10);
                value = TLanes.Create(x2[k]);
                a20 = TLanes.Fma(wa, value, a20);
                if (TRows.Value > 1)
                    b20 = TLanes.Fma(wb, value, b20);

                wa = TLanes.Load(w + TileRows);
                wb = TRows.Value > 1 ? TLanes.Load(w + TileRows + next) : wa;
                value = TLanes.Create(x0[k + 1]);
                a01 = TLanes.Fma(wa, value, a01);
                if (TRows.Value > 1)
                    b01 = TLanes.Fma(wb, value, b01);
                value = TLanes.Create(x1[k + 1]);
                a11 = TLanes.Fma(wa, value, a11);
                if (TRows.Value > 1)
                    b11 = TLanes.Fma(wb, value, b11);
                value = TLanes.Create(x2[k + 1]);
                a21 = TLanes.Fma(wa, value, a21);
                if (TRows.Value > 1)
                    b21 = TLanes.Fma(wb, value, b21);

                wa = TLanes.Load(w + 2 * TileRows);
                wb = TRows.Value > 1 ? TLanes.Load(w + 2 * TileRows + next) : wa;
                value = TLanes.Create(x0[k + 2]);
                a02 = TLanes.Fma(wa, value, a02);
                if (TRows.Value > 1)
                    b02 = TLanes.Fma(wb, value, b02);
                value = TLanes.Create(x1[k + 2]);
                a12 = TLanes.Fma(wa, value, a12);
                if (TRows.Value > 1)
                    b12 = TLanes.Fma(wb, value, b12);
                value = TLanes.Create(x2[k + 2]);
                a22 = TLanes.Fma(wa, value, a22);
                if (TRows.Value > 1)
                    b22 = TLanes.Fma(wb, value, b22);

                wa = TLanes.Load(w + 3 * TileRows);
                wb = TRows.Value > 1 ? TLanes.Load(w + 3 * TileRows + next) : wa;
                value = TLanes.Create(x0[k + 3]);
                a03 = TLanes.Fma(wa, value, a03);
                if (TRows.Value > 1)
                    b03 = TLanes.Fma(wb, value, b03);
                value = TLanes.Create(x1[k + 3]);
                a13 = TLanes.Fma(wa, value, a13);
                if (TRows.Value > 1)
                    b13 = TLanes.Fma(wb, value, b13);
                value = TLanes.Create(x2[k + 3]);
                a23 = TLanes.Fma(wa, value, a23);
                if (TRows.Value > 1)
                    b23 = TLanes.Fma(wb, value, b23);
            }
        }

        y += vector * rows.Count;
        rows.Store(a00 + a01 + (a02 + a03), 0, y);
        if (TRows.Value > 1)
            rows.Store(b00 + b01 + (b02 + b03), 1, y);
        y += rows.Count;
        rows.Store(a10 + a11 + (a12 + a13), 0, y);
        if (TRows.Value > 1)
            rows.Store(b10 + b11 + (b12 + b13), 1, y);
        y += rows.Count;
        rows.Store(a20 + a21 + (a22 + a23), 0, y);
        if (TRows.Value > 1)
            rows.Store(b20 + b21 + (b22 + b23), 1, y);
    }
}
