using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Lanes lie along rows, each with a window of its own.</summary>
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    protected override void DepthwiseS8Core(in MatrixS8 w, in Patches x, float xScale, bool wide, Span<float> y)
    {
        fixed (sbyte* data = w.Data)
        fixed (float* scale = w.Scale, bias = w.Bias, source = x.Data, target = y)
        fixed (int* starts = x.Starts, taps = x.Runs)
        {
            for (nint row = 0; row < w.Rows; row += TLanes.Count)
            {
                var at = row / TileRows * w.RowStride + row % TileRows;
                var tile = (int)(row / TileRows);
                var weights = data + w.TileOffset(tile) + row % TileRows * PackedLayout.GroupColumns;
                var (rowScale, rowBias) = (TLanes.Load(scale + at), Bias(bias, at));
                for (nint position = 0; position < x.Vectors; position++)
                {
                    var window = new Windows(source + starts[position] + row, taps, w.Columns, w.Rows - row);
                    var sums = DepthwiseRows(weights, w.LineStride(tile), window, rowScale, rowBias, xScale, wide);
                    StoreUpTo(sums, target + position * w.Rows + row, w.Rows - row);
                }
            }
        }
    }

    protected override void DepthwiseF32Core(in MatrixF32 w, in Patches x, Span<float> y)
    {
        fixed (float* data = w.Data, bias = w.Bias, source = x.Data, target = y)
        fixed (int* starts = x.Starts, taps = x.Runs)
        {
            for (nint row = 0; row < w.Rows; row += TLanes.Count)
            {
                var weights = data + row / TileRows * w.TileStride + row % TileRows;
                var rowBias = Bias(bias, row / TileRows * w.RowStride + row % TileRows);
                var to = target + row;
                var rows = w.Rows - row;
                nint position = 0;
                for (; position < x.Vectors - 1; position += 2)
                {
                    var (first, second) = DepthwiseSums(weights, new Windows(source + starts[position] + row, taps, w.Columns, rows),
                        new Windows(source + starts[position + 1] + row, taps, w.Columns, rows));
                    StoreUpTo(first + rowBias, to + position * w.Rows, rows);
                    StoreUpTo(second + rowBias, to + (position + 1) * w.Rows, rows);
                }

                if (position < x.Vectors)
                {
                    var sums = DepthwiseSums(weights, new Windows(source + starts[position] + row, taps, w.Columns, rows));
                    StoreUpTo(sums + rowBias, to + position * w.Rows, rows);
                }
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

    /// <summary>The same at two positions, so that as many chains are under way as the multipliers take and weights are loaded
    /// once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes First, TLanes Second) DepthwiseSums(float* w, Windows x, Windows z)
    {
        var (x0, x1, x2, x3) = (TLanes.Zero, TLanes.Zero, TLanes.Zero, TLanes.Zero);
        var (z0, z1, z2, z3) = (TLanes.Zero, TLanes.Zero, TLanes.Zero, TLanes.Zero);
        nint k = 0;
        for (; k <= x.Taps - 4; k += 4, w += 4 * TileRows)
        {
            var weights = TLanes.Load(w);
            x0 = TLanes.Fma(weights, x[k], x0);
            z0 = TLanes.Fma(weights, z[k], z0);
            weights = TLanes.Load(w + TileRows);
            x1 = TLanes.Fma(weights, x[k + 1], x1);
            z1 = TLanes.Fma(weights, z[k + 1], z1);
            weights = TLanes.Load(w + 2 * TileRows);
            x2 = TLanes.Fma(weights, x[k + 2], x2);
            z2 = TLanes.Fma(weights, z[k + 2], z2);
            weights = TLanes.Load(w + 3 * TileRows);
            x3 = TLanes.Fma(weights, x[k + 3], x3);
            z3 = TLanes.Fma(weights, z[k + 3], z3);
        }

        if (k < x.Taps)
            (x0, z0) = (TLanes.Fma(TLanes.Load(w), x[k], x0), TLanes.Fma(TLanes.Load(w), z[k], z0));
        if (k < x.Taps - 1)
            (x1, z1) = (TLanes.Fma(TLanes.Load(w + TileRows), x[k + 1], x1), TLanes.Fma(TLanes.Load(w + TileRows), z[k + 1], z1));
        if (k < x.Taps - 2)
            (x2, z2) = (TLanes.Fma(TLanes.Load(w + 2 * TileRows), x[k + 2], x2), TLanes.Fma(TLanes.Load(w + 2 * TileRows), z[k + 2], z2));
        return (x0 + x1 + (x2 + x3), z0 + z1 + (z2 + z3));
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
