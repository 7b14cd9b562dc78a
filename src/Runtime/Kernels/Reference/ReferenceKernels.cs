using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Reference;

/// <summary>The plain loops that define every kernel's meaning to the bit. Never optimised.</summary>
internal sealed partial class ReferenceKernels : KernelSet
{
    public override string Name => "reference";

    protected override float QuantizeS8Core(ReadOnlySpan<float> x, Span<sbyte> q, float scale) =>
        Quantize(new Patches(x, 1, x.Length), 0, q, scale);

    protected override void GemvS8S32Core(in MatrixS8 matrix, ReadOnlySpan<sbyte> x, Span<int> y, int vectors, Span<byte> scratch)
    {
        var columns = PackedLayout.PadColumnsS8(matrix.Columns);
        for (var vector = 0; vector < vectors; vector++)
        {
            for (var row = 0; row < matrix.Rows; row++)
                y[vector * matrix.Rows + row] = RowSum(matrix, row, x.Slice(vector * columns, columns));
        }
    }

    protected override void LinearS8Core(in MatrixS8 w, ReadOnlySpan<float> x, float xScale, Span<float> y, Span<byte> scratch) =>
        MultiplyS8Core(w, new Patches(x, 1, w.Columns), xScale, false, y, scratch);

    protected override void MultiplyS8Core(in MatrixS8 w, in Patches x, float xScale, bool wide, Span<float> y, Span<byte> scratch)
    {
        var q = MemoryMarshal.Cast<byte, sbyte>(scratch);
        var finer = q[PackedLayout.PadColumnsS8(w.Columns)..];
        for (var vector = 0; vector < x.Vectors; vector++)
        {
            var offset = 0f;
            var scale = w.Shift.IsEmpty ? Quantize(x, vector, q, xScale) : QuantizeShifted(x, vector, q, out offset);
            for (var row = 0; row < w.Rows; row++)
                y[vector * w.Rows + row] = LinearRow(w, row, q, scale, offset);
            var finerScale = scale / WideSteps;
            if (!wide || finerScale == 0f)
                continue;
            for (var i = 0; i < x.Columns; i++)
                finer[i] = QuantizeS8(MathF.FusedMultiplyAdd(-q[i], scale, x[vector, i]) * (1f / finerScale));
            for (var row = 0; row < w.Rows; row++)
                y[vector * w.Rows + row] += LinearRow(w.WithoutBias(), row, finer, finerScale);
        }
    }

    protected override void MultiplyF32Core(in MatrixF32 w, in Patches x, Span<float> y)
    {
        for (var vector = 0; vector < x.Vectors; vector++)
        {
            for (var row = 0; row < w.Rows; row++)
                y[vector * w.Rows + row] = LinearRow(w, row, x, vector);
        }
    }

    protected override void UnaryCore(UnaryFunction function, ReadOnlySpan<float> x, Span<float> y, float alpha, float beta) =>
        Elementwise<Lanes1>.Unary(function, x, y, alpha, beta);

    protected override void BinaryCore(BinaryFunction function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) =>
        Elementwise<Lanes1>.Binary(function, a, b, y);

    private static float Quantize(in Patches x, int vector, Span<sbyte> q, float scale)
    {
        var inverse = 1f / scale;
        if (scale == 0f)
        {
            var largest = 0f;
            for (var i = 0; i < x.Columns; i++)
            {
                var magnitude = MathF.Abs(x[vector, i]);
                if (magnitude > largest && magnitude <= float.MaxValue)
                    largest = magnitude;
            }

            if (largest < SmallestMagnitude)
            {
                q[..PackedLayout.PadColumnsS8(x.Columns)].Clear();
                return 0f;
            }

            scale = largest / 127f;
            inverse = 127f / largest;
        }

        for (var i = 0; i < x.Columns; i++)
            q[i] = QuantizeS8(x[vector, i] * inverse);
        q[x.Columns..PackedLayout.PadColumnsS8(x.Columns)].Clear();
        return scale;
    }

    private static float QuantizeShifted(in Patches x, int vector, Span<sbyte> q, out float offset)
    {
        float least = 0f, largest = 0f;
        for (var i = 0; i < x.Columns; i++)
        {
            var value = x[vector, i];
            if (!float.IsFinite(value))
                continue;
            least = MathF.Min(least, value);
            largest = MathF.Max(largest, value);
        }

        var range = CodeRange.Of(least, largest);
        for (var i = 0; i < x.Columns; i++)
            q[i] = range.Scale == 0f ? (sbyte)0 : QuantizeS8(MathF.FusedMultiplyAdd(x[vector, i], range.Inverse, range.ZeroPoint));
        q[x.Columns..PackedLayout.PadColumnsS8(x.Columns)].Clear();
        offset = range.Offset;
        return range.Scale;
    }

    private static sbyte QuantizeS8(float scaled)
    {
        scaled = scaled > -127f ? scaled : -127f;
        scaled = scaled < 127f ? scaled : 127f;
        return (sbyte)(scaled + ElementMath.RoundingMagic - ElementMath.RoundingMagic);
    }

    private static int RowSum(in MatrixS8 matrix, int row, ReadOnlySpan<sbyte> q)
    {
        var tile = row / PackedLayout.TileRows;
        var first = matrix.TileOffset(tile) + row % PackedLayout.TileRows * PackedLayout.GroupColumns;
        var sum = 0;
        for (var column = 0; column < matrix.Columns; column++)
        {
            var line = column / PackedLayout.GroupColumns * matrix.LineStride(tile);
            sum += matrix.Data[first + line + column % PackedLayout.GroupColumns] * q[column];
        }

        return sum;
    }

    private static float LinearRow(in MatrixS8 matrix, int row, ReadOnlySpan<sbyte> q, float qScale, float offset = 0f)
    {
        var at = row / PackedLayout.TileRows * matrix.RowStride + row % PackedLayout.TileRows;
        var bias = matrix.Bias.IsEmpty ? 0f : matrix.Bias[at];
        if (!matrix.Shift.IsEmpty)
            bias = MathF.FusedMultiplyAdd(offset, matrix.Shift[at], bias);
        return MathF.FusedMultiplyAdd(RowSum(matrix, row, q), matrix.Scale[at] * qScale, bias);
    }

    private static float LinearRow(in MatrixF32 matrix, int row, ReadOnlySpan<float> x) =>
        LinearRow(matrix, row, new Patches(x, 1, x.Length), 0);

    private static float LinearRow(in MatrixF32 matrix, int row, in Patches x, int vector)
    {
        var tile = matrix.Data[(row / PackedLayout.TileRows * matrix.TileStride)..];
        Span<float> sums = stackalloc float[4];
        var start = x.Start(vector);
        for (var column = 0; column < matrix.Columns; column++)
        {
            var weight = tile[PackedLayout.OffsetF32(row % PackedLayout.TileRows, column, matrix.Columns)];
            sums[column % 4] = MathF.FusedMultiplyAdd(weight, x.Data[start + x.Offset(column)], sums[column % 4]);
        }

        var bias = matrix.Bias.IsEmpty ? 0f : matrix.Bias[row / PackedLayout.TileRows * matrix.RowStride + row % PackedLayout.TileRows];
        return sums[0] + sums[1] + (sums[2] + sums[3]) + bias;
    }
}
