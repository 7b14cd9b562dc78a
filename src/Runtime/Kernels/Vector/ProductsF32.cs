using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Packed float32 rows times many vectors, a few registers of rows and a few vectors at a time: each weight that is loaded meets
/// all of these vectors.</summary>
/// <remarks>Sums go over the columns modulo 4, as in <see cref="DotF32{TLanes}"/>, but one of these four chains after the other, as the
/// sums of all four for several vectors would not fit into the registers; for where they do see <see cref="AllChains"/>.</remarks>
[SkipLocalsInit]
internal static unsafe partial class ProductsF32<TLanes>
    where TLanes : struct, IWideLanes<TLanes>
{
    private const int TileRows = PackedLayout.TileRows;
    private const int Chains = 4;
    private const int MostVectors = 6;
    private const int MostRegisters = 2;

    /// <summary>y[vector, row] of all rows and vectors, apart from the bias rows given as null.</summary>
    /// <param name="bias">One for each padded row, or null.</param>
    public static void Multiply(in MatrixF32 w, float* data, float* bias, in PatchesF32 x, nint vectors, float* y)
    {
        var sumsRoom = stackalloc float[Chains * MostRegisters * MostVectors * TileRows + StackLine.Room];
        var sums = StackLine.In(sumsRoom);
        for (nint row = 0; row < w.Rows;)
        {
            var left = w.Rows - row;
            var registers = left > TLanes.Count ? TLanes.RowRegisters : 1;
            var rows = new RowsF32(w, data, bias, row, registers);
            nint vector = 0;
            if (TLanes.HoldsAllChains && x.RunLength % Chains == 0)
            {
                for (; vector <= vectors - 3; vector += 3)
                    AllChains(rows, x, vector, y);
            }

            for (; vector <= vectors - 6; vector += 6)
                Rows<ICount.Six>(rows, x, vector, y, sums);
            if (vector <= vectors - 4)
                vector = Rows<ICount.Four>(rows, x, vector, y, sums);
            if (vector <= vectors - 2)
                vector = Rows<ICount.Two>(rows, x, vector, y, sums);
            if (vector < vectors)
                Rows<ICount.One>(rows, x, vector, y, sums);
            row += registers * TLanes.Count;
        }
    }

    /// <returns>The vector after these.</returns>
    private static nint Rows<TVectors>(in RowsF32 rows, in PatchesF32 x, nint vector, float* y, float* sums)
        where TVectors : struct, ICount
    {
        if (TLanes.RowRegisters > 1 && rows.Registers > 1)
            Rows<ICount.Two, TVectors>(rows, x, vector, y, sums);
        else
            Rows<ICount.One, TVectors>(rows, x, vector, y, sums);
        return vector + TVectors.Value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rows<TRows, TVectors>(in RowsF32 rows, in PatchesF32 x, nint vector, float* y, float* sums)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        var stride = TRows.Value * TVectors.Value * TLanes.Count;
        for (nint chain = 0; chain < Chains; chain++)
            Chain<TRows, TVectors>(rows, x, vector, chain, sums + chain * stride);
        for (nint i = 0; i < TVectors.Value; i++)
        {
            for (nint register = 0; register < TRows.Value; register++, sums += TLanes.Count)
            {
                var sum = TLanes.Load(sums) + TLanes.Load(sums + stride)
                    + (TLanes.Load(sums + 2 * stride) + TLanes.Load(sums + 3 * stride));
                rows.Store(sum, register, y + (vector + i) * rows.Count);
            }
        }
    }

    /// <summary>sums[vector, register] over the columns k ≡ chain mod 4, in order of k.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Chain<TRows, TVectors>(in RowsF32 rows, in PatchesF32 x, nint vector, nint chain, float* sums)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        var a0 = TLanes.Zero;
        var a1 = TLanes.Zero;
        var a2 = TLanes.Zero;
        var a3 = TLanes.Zero;
        var a4 = TLanes.Zero;
        var a5 = TLanes.Zero;
        var b0 = TLanes.Zero;
        var b1 = TLanes.Zero;
        var b2 = TLanes.Zero;
        var b3 = TLanes.Zero;
        var b4 = TLanes.Zero;
        var b5 = TLanes.Zero;
        var x0 = x.Start(vector);
        var x1 = TVectors.Value > 1 ? x.Start(vector + 1) : x0;
        var x2 = TVectors.Value > 2 ? x.Start(vector + 2) : x0;
        var x3 = TVectors.Value > 2 ? x.Start(vector + 3) : x0;
        var x4 = TVectors.Value > 4 ? x.Start(vector + 4) : x0;
        var x5 = TVectors.Value > 4 ? x.Start(vector + 5) : x0;
        var first = rows.First;
        var next = rows.Next;
        nint column = 0;
        for (nint run = 0; run < x.RunCount; run++, column += x.RunLength)
        {
            var skipped = (chain - column) & (Chains - 1);
            var w = first + (column + skipped) * TileRows;
            var end = x.Run(run) + x.RunLength;
            for (var k = end - x.RunLength + skipped; k < end; k += Chains, w += Chains * TileRows)
            {
                var wa = TLanes.Load(w);
                var wb = TRows.Value > 1 ? TLanes.Load(w + next) : wa;
                var value = TLanes.Create(x0[k]);
                a0 = TLanes.Fma(wa, value, a0);
                if (TRows.Value > 1)
                    b0 = TLanes.Fma(wb, value, b0);
                if (TVectors.Value > 1)
                {
                    value = TLanes.Create(x1[k]);
                    a1 = TLanes.Fma(wa, value, a1);
                    if (TRows.Value > 1)
                        b1 = TLanes.Fma(wb, value, b1);
                }

                if (TVectors.Value > 2)
                {
                    value = TLanes.Create(x2[k]);
                    a2 = TLanes.Fma(wa, value, a2);
                    if (TRows.Value > 1)
                        b2 = TLanes.Fma(wb, value, b2);
                    value = TLanes.Create(x3[k]);
                    a3 = TLanes.Fma(wa, value, a3);
                    if (TRows.Value > 1)
                        b3 = TLanes.Fma(wb, value, b3);
                }

                if (TVectors.Value > 4)
                {
                    value = TLanes.Create(x4[k]);
                    a4 = TLanes.Fma(wa, value, a4);
                    if (TRows.Value > 1)
                        b4 = TLanes.Fma(wb, value, b4);
                    value = TLanes.Create(x5[k]);
                    a5 = TLanes.Fma(wa, value, a5);
                    if (TRows.Value > 1)
                        b5 = TLanes.Fma(wb, value, b5);
                }
            }
        }

        sums = Keep<TRows>(a0, b0, sums);
        if (TVectors.Value > 1)
            sums = Keep<TRows>(a1, b1, sums);
        if (TVectors.Value > 2)
            sums = Keep<TRows>(a3, b3, Keep<TRows>(a2, b2, sums));
        if (TVectors.Value > 4)
            Keep<TRows>(a5, b5, Keep<TRows>(a4, b4, sums));
    }

    /// <returns>Behind what it stored.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Keep<TRows>(TLanes a, TLanes b, float* sums)
        where TRows : struct, ICount
    {
        TLanes.Store(a, sums);
        if (TRows.Value > 1)
            TLanes.Store(b, sums + TLanes.Count);
        return sums + TRows.Value * TLanes.Count;
    }

    /// <summary>Neighbouring registers of rows.</summary>
    private readonly struct RowsF32(in MatrixF32 w, float* data, float* bias, nint row, nint registers)
    {
        public readonly nint Registers = registers;

        /// <summary>Rows of the matrix.</summary>
        public readonly nint Count = w.Rows;

        public readonly float* First = data + row / TileRows * w.TileStride + row % TileRows;

        /// <summary>Elements from the first register's weights to the second one's.</summary>
        public readonly nint Next = TLanes.Count < TileRows ? TLanes.Count : w.TileStride;

        private readonly float* _bias = bias == null ? null : bias + row / TileRows * w.RowStride + row % TileRows;
        private readonly nint _biasNext = TLanes.Count < TileRows ? TLanes.Count : w.RowStride;
        private readonly nint _row = row;

        /// <param name="y">Of one vector.</param>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store(TLanes sum, nint register, float* y)
        {
            sum += _bias == null ? TLanes.Zero : TLanes.Load(_bias + register * _biasNext);
            var at = _row + register * TLanes.Count;
            if (Count - at >= TLanes.Count)
                TLanes.Store(sum, y + at);
            else
                TLanes.StoreFirst(sum, y + at, Count - at);
        }
    }
}
