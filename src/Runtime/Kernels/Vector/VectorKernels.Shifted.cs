using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Activations with a zero point: what mostly lies on one side of zero fills all codes.</summary>
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    /// <summary>One vector. A method of its own: what it keeps in registers must not weigh on vectors without a zero point.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LinearShifted(in MatrixS8 w, sbyte* data, float* scale, float* bias, float* source, byte* scratch, float* y)
    {
        const int PassRows = TilesPerPass * TileRows;
        var sumsRoom = stackalloc int[PassRows + StackLine.Room];
        var sums = StackLine.In(sumsRoom);
        var x = PrepareShifted(source, w.Columns, scratch);
        fixed (float* shift = w.Shift)
        {
            if (TDot.ScalesProducts && w.Rows % TileRows == 0)
            {
                ScaledRows(w.Rows, data, scale, bias, shift, x, y);
                return;
            }

            for (nint row = 0; row < w.Rows; row += PassRows)
            {
                var count = Math.Min(w.Rows - row, PassRows);
                RowProducts(w, data, row, count, x, sums);
                ScaleShifted(sums, count, scale + row, At(bias, row), shift + row, x, y + row);
            }
        }
    }

    private static PreparedVector PrepareShifted(float* x, nint columns, byte* scratch)
    {
        var values = (sbyte*)scratch;
        var length = Padded(columns);
        var range = RangeOf(new PatchesF32(x, null, null, 1, columns), x);
        if (range.Scale == 0f)
            return new PreparedVector(values, length, ZeroCodes(values, length), 0f);
        var sum = ShiftedCodes(x, columns, TLanes.Create(range.Inverse), TLanes.Create(range.ZeroPoint), values, TLanes.Zero);
        Pad(values, columns);
        return new PreparedVector(values, length, Start(values, length, sum), range.Scale, range.Offset);
    }

    private static void QuantizeShifted(in PatchesF32 x, nint vectors, in PreparedVectors prepared)
    {
        var done = QuantizeFours(x, vectors, prepared, shifted: true);
        QuantizeShifted(x, done, vectors, prepared);
    }

    /// <summary>From some vector on, up to another.</summary>
    private static void QuantizeShifted(in PatchesF32 x, nint from, nint to, in PreparedVectors prepared)
    {
        for (var vector = from; vector < to; vector++)
        {
            var values = prepared.Values(vector);
            var start = x.Start(vector);
            var range = RangeOf(x, start);
            prepared.KeepScale(vector, range.Scale, range.Inverse);
            prepared.KeepOffset(vector, range.Offset);
            if (range.Scale == 0f)
            {
                prepared.KeepStart(vector, ZeroCodes(values, prepared.Length));
                continue;
            }

            var (factor, zero, sum) = (TLanes.Create(range.Inverse), TLanes.Create(range.ZeroPoint), TLanes.Zero);
            var q = values;
            for (nint run = 0; run < x.RunCount; run++, q += x.RunLength)
                sum = ShiftedCodes(start + x.Run(run), x.RunLength, factor, zero, q, sum);
            for (var i = x.Columns; i < prepared.Length; i += TLanes.Count)
                TLanes.StoreLowBytes(TLanes.Zero, values + i);
            prepared.KeepStart(vector, Start(values, prepared.Length, sum));
        }
    }

    /// <summary>Writes the codes of neighbouring elements, in whole registers; behind the last element they are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes ShiftedCodes(float* x, nint length, TLanes factor, TLanes zero, sbyte* q, TLanes sum)
    {
        nint i = 0;
        for (; i <= length - TLanes.Count; i += TLanes.Count)
            sum = Put(TLanes.Fma(TLanes.Load(x + i), factor, zero), q + i, sum);
        return i < length ? LastShiftedCodes(x + i, length - i, factor, zero, q + i, sum) : sum;
    }

    // A call, so that the memory that it takes does not weigh on whole registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TLanes LastShiftedCodes(float* x, nint count, TLanes factor, TLanes zero, sbyte* q, TLanes sum)
    {
        var zeros = stackalloc float[TLanes.Count];
        TLanes.Store(zero, zeros);
        zero = TLanes.LoadFirst(zeros, count, TLanes.Zero);
        return Put(TLanes.Fma(TLanes.LoadFirst(x, count, TLanes.Zero), factor, zero), q, sum);
    }

    /// <summary>Of a vector that begins at <paramref name="start"/>; NaNs and infinities are passed over.</summary>
    private static CodeRange RangeOf(in PatchesF32 x, float* start)
    {
        var largest = TLanes.Zero;
        var least = TLanes.Zero;
        for (nint run = 0; run < x.RunCount; run++)
        {
            var source = start + x.Run(run);
            nint i = 0;
            for (; i <= x.RunLength - TLanes.Count; i += TLanes.Count)
            {
                largest = TLanes.AtLeast(TLanes.Load(source + i), largest);
                least = TLanes.AtLeast(TLanes.Negate(TLanes.Load(source + i)), least);
            }

            if (i == x.RunLength)
                continue;
            var rest = TLanes.LoadFirst(source + i, x.RunLength - i, TLanes.Zero);
            largest = TLanes.AtLeast(rest, largest);
            least = TLanes.AtLeast(TLanes.Negate(rest), least);
        }

        float above = TLanes.Largest(largest), below = TLanes.Largest(least);
        return above <= float.MaxValue && below <= float.MaxValue ? CodeRange.Of(-below, above) : FiniteRangeOf(x, start);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CodeRange FiniteRangeOf(in PatchesF32 x, float* start)
    {
        float least = 0f, largest = 0f;
        for (nint run = 0; run < x.RunCount; run++)
        {
            foreach (var value in new ReadOnlySpan<float>(start + x.Run(run), (int)x.RunLength))
            {
                if (!float.IsFinite(value))
                    continue;
                least = MathF.Min(least, value);
                largest = MathF.Max(largest, value);
            }
        }

        return CodeRange.Of(least, largest);
    }

    /// <summary>y = sums·(scale·x.Scale) + (shift·x.Offset + bias), for rows that follow each other.</summary>
    private static void ScaleShifted(int* sums, nint count, float* scale, float* bias, float* shift, in PreparedVector x, float* y)
    {
        var factor = TLanes.Create(x.Scale);
        var offset = TLanes.Create(x.Offset);
        nint i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TLanes.Store(Shifted(sums, scale, bias, shift, factor, offset, i), y + i);
        if (i < count)
            StoreUpTo(Shifted(sums, scale, bias, shift, factor, offset, i), y + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Shifted(int* sums, float* scale, float* bias, float* shift, TLanes factor, TLanes offset, nint at) =>
        TLanes.Fma(TLanes.LoadInt32(sums + at), TLanes.Load(scale + at) * factor,
            TLanes.Fma(TLanes.Load(shift + at), offset, Bias(bias, at)));
}
