using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Lanes lie along rows, each with a window of its own.</summary>
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    protected override void DepthwiseS8Core(in MatrixS8 w, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, float xScale, bool wide,
        Span<float> y)
    {
        fixed (sbyte* data = w.Data)
        fixed (float* scale = w.Scale, bias = w.Bias, source = x, target = y)
        fixed (int* tap = taps)
        {
            for (nint row = 0; row < w.Rows; row += TLanes.Count)
            {
                var at = row / TileRows * w.RowStride + row % TileRows;
                var tile = (int)(row / TileRows);
                var weights = data + w.TileOffset(tile) + row % TileRows * PackedLayout.GroupColumns;
                var window = new Windows(source + row, tap, w.Columns, w.Rows - row);
                var sums = DepthwiseRows(weights, w.LineStride(tile), window, TLanes.Load(scale + at), Bias(bias, at), xScale, wide);
                StoreUpTo(sums, target + row, w.Rows - row);
            }
        }
    }

    protected override void DepthwiseF32Core(in MatrixF32 w, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, Span<float> y)
    {
        fixed (float* data = w.Data, bias = w.Bias, source = x, target = y)
        fixed (int* tap = taps)
        {
            for (nint row = 0; row < w.Rows; row += TLanes.Count)
            {
                var weights = data + row / TileRows * w.TileStride + row % TileRows;
                var sums = DepthwiseSums(weights, new Windows(source + row, tap, w.Columns, w.Rows - row));
                StoreUpTo(sums + Bias(bias, row / TileRows * w.RowStride + row % TileRows), target + row, w.Rows - row);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes DepthwiseRows(sbyte* w, nint lineStride, Windows x, TLanes rowScale, TLanes bias, float xScale,
        bool wide)
    {
        var step = TLanes.Create(xScale);
        var inverse = TLanes.Create(1f / xScale);
        var silent = TLanes.Zero;
        if (xScale == 0f)
        {
            var largest = x.LargestMagnitudes();
            silent = TLanes.Less(largest, TLanes.Create(SmallestMagnitude));
            step = TLanes.Select(silent, TLanes.Zero, largest / TLanes.Create(127f));
            inverse = TLanes.Create(127f) / largest;
        }

        if (!wide)
            return TLanes.Fma(TLanes.Select(silent, TLanes.Zero, DepthwiseSums(w, lineStride, x, inverse)), rowScale * step, bias);
        var finer = step / TLanes.Create(WideSteps);
        var (sum, rest) = DepthwiseWideSums(w, lineStride, x, inverse, step, TLanes.Create(1f) / finer);
        var y = TLanes.Fma(TLanes.Select(silent, TLanes.Zero, sum), rowScale * step, bias);
        return TLanes.Select(TLanes.Equal(finer, TLanes.Zero), y, y + TLanes.Fma(rest, rowScale * finer, TLanes.Zero));
    }

    /// <summary>Σ w·q, exact: whole numbers below 2²⁴.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes DepthwiseSums(sbyte* w, nint lineStride, Windows x, TLanes inverse)
    {
        var sum = TLanes.Zero;
        nint k = 0;
        // Each lane holds four columns of its row, the first in the lowest byte.
        for (; k <= x.Taps - PackedLayout.GroupColumns; k += PackedLayout.GroupColumns, w += lineStride)
        {
            var four = TLanes.Load((float*)w);
            sum = TLanes.Fma(LowestByte(four), Code(x[k] * inverse), sum);
            sum = TLanes.Fma(HighestByte(TLanes.ShiftLeft(four, 16)), Code(x[k + 1] * inverse), sum);
            sum = TLanes.Fma(HighestByte(TLanes.ShiftLeft(four, 8)), Code(x[k + 2] * inverse), sum);
            sum = TLanes.Fma(HighestByte(four), Code(x[k + 3] * inverse), sum);
        }

        if (k < x.Taps)
        {
            for (var rest = TLanes.Load((float*)w); k < x.Taps; k++, rest = TLanes.ShiftRight(rest, 8))
                sum = TLanes.Fma(LowestByte(rest), Code(x[k] * inverse), sum);
        }

        return sum;
    }

    /// <summary>The same, and Σ w·q of what the codes leave over.</summary>
    private static (TLanes Sum, TLanes Finer) DepthwiseWideSums(sbyte* w, nint lineStride, Windows x, TLanes inverse, TLanes step,
        TLanes finerInverse)
    {
        var (sum, rest) = (TLanes.Zero, TLanes.Zero);
        for (nint k = 0; k < x.Taps; w += lineStride)
        {
            var four = TLanes.Load((float*)w);
            for (var end = Math.Min(k + PackedLayout.GroupColumns, x.Taps); k < end; k++, four = TLanes.ShiftRight(four, 8))
            {
                var (weight, code) = (LowestByte(four), Code(x[k] * inverse));
                sum = TLanes.Fma(weight, code, sum);
                rest = TLanes.Fma(weight, Code(TLanes.Fma(TLanes.Negate(code), step, x[k]) * finerInverse), rest);
            }
        }

        return (sum, rest);
    }

    /// <summary>Four chains over the taps modulo 4, as <see cref="DotF32{TLanes}"/> has them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes DepthwiseSums(float* w, Windows x)
    {
        var sum0 = TLanes.Zero;
        var sum1 = TLanes.Zero;
        var sum2 = TLanes.Zero;
        var sum3 = TLanes.Zero;
        nint k = 0;
        for (; k <= x.Taps - 4; k += 4, w += 4 * TileRows)
        {
            sum0 = TLanes.Fma(TLanes.Load(w), x[k], sum0);
            sum1 = TLanes.Fma(TLanes.Load(w + TileRows), x[k + 1], sum1);
            sum2 = TLanes.Fma(TLanes.Load(w + 2 * TileRows), x[k + 2], sum2);
            sum3 = TLanes.Fma(TLanes.Load(w + 3 * TileRows), x[k + 3], sum3);
        }

        if (k < x.Taps)
            sum0 = TLanes.Fma(TLanes.Load(w), x[k], sum0);
        if (k < x.Taps - 1)
            sum1 = TLanes.Fma(TLanes.Load(w + TileRows), x[k + 1], sum1);
        if (k < x.Taps - 2)
            sum2 = TLanes.Fma(TLanes.Load(w + 2 * TileRows), x[k + 2], sum2);
        return sum0 + sum1 + (sum2 + sum3);
    }

    /// <summary>The lowest byte of each lane's pattern as a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes LowestByte(TLanes pattern) => HighestByte(TLanes.ShiftLeft(pattern, 24));

    /// <summary>The highest byte of each lane's pattern as a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes HighestByte(TLanes pattern) => TLanes.ConvertBits(TLanes.ShiftRight(pattern, 24));

    /// <summary>The int8 code as a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Code(TLanes scaled) => Round(scaled) - TLanes.Create(ElementMath.RoundingMagic);

    /// <summary>The windows of neighbouring rows, as many as there are lanes or what is left.</summary>
    private readonly struct Windows(float* x, int* taps, nint count, nint rows)
    {
        public nint Taps => count;

        public TLanes this[nint tap]
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => LoadUpTo(x + taps[tap], rows);
        }

        /// <summary>Of each row's window.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes LargestMagnitudes()
        {
            var largest = TLanes.Zero;
            for (nint tap = 0; tap < count; tap++)
            {
                // NaNs are passed over, and infinities too: their product with 0 is one.
                var magnitude = TLanes.Abs(this[tap]);
                largest = TLanes.AtLeast(TLanes.Fma(magnitude, TLanes.Zero, magnitude), largest);
            }

            return largest;
        }
    }
}
