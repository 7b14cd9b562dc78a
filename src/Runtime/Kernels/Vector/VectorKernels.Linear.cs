using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    /// <summary>Most tiles of one pass, whose sums lie on the stack together: enough to make calls rare.</summary>
    private const int TilesPerPass = 16;

    /// <summary>Weights of a pass where several vectors share them: half of the nearest cache.</summary>
    private const int SharedPassBytes = 16 * 1024;

    protected override void GemvS8S32Core(in MatrixS8 matrix, ReadOnlySpan<sbyte> x, Span<int> y, int vectors, Span<byte> scratch)
    {
        var length = PackedLayout.PadColumnsS8(matrix.Columns);
        var stride = KernelScratch.VectorS8(matrix.Columns);
        var passRows = PassRows(vectors, length);
        var sums = stackalloc int[TilesPerPass * TileRows];
        fixed (sbyte* data = matrix.Data)
        fixed (int* target = y)
        fixed (byte* prepared = scratch)
        {
            for (nint vector = 0; vector < vectors; vector++)
            {
                var values = (sbyte*)(prepared + vector * stride + KernelScratch.VectorHeaderBytes);
                x.Slice((int)vector * length, length).CopyTo(new Span<sbyte>(values, length));
                *(int*)(prepared + vector * stride) = TDot.Prepare(values, values + length, length);
            }

            for (nint row = 0; row < matrix.Rows; row += passRows)
            {
                var count = Math.Min(matrix.Rows - row, passRows);
                for (nint vector = 0; vector < vectors; vector++)
                {
                    var values = (sbyte*)(prepared + vector * stride + KernelScratch.VectorHeaderBytes);
                    var from = new PreparedVector(values, length, *(int*)(prepared + vector * stride), 1f);
                    RowProducts(matrix, data, row, count, from, sums);
                    new Span<int>(sums, (int)count).CopyTo(new Span<int>(target + vector * matrix.Rows + row, (int)count));
                }
            }
        }
    }

    protected override void LinearS8Core(in MatrixS8 w, ReadOnlySpan<float> x, float xScale, Span<float> y, int vectors, Span<byte> scratch)
    {
        var stride = KernelScratch.VectorS8(w.Columns);
        var length = PackedLayout.PadColumnsS8(w.Columns);
        var passRows = PassRows(vectors, length);
        var sums = stackalloc int[TilesPerPass * TileRows];
        fixed (sbyte* data = w.Data)
        fixed (float* scale = w.Scale, bias = w.Bias, source = x, target = y)
        fixed (byte* prepared = scratch)
        {
            for (nint vector = 0; vector < vectors; vector++)
            {
                var header = prepared + vector * stride;
                var from = Prepare(source + vector * w.Columns, w.Columns, xScale, header + KernelScratch.VectorHeaderBytes);
                *(int*)header = from.Correction;
                *(float*)(header + sizeof(int)) = from.Scale;
            }

            for (nint row = 0; row < w.Rows; row += passRows)
            {
                var count = Math.Min(w.Rows - row, passRows);
                for (nint vector = 0; vector < vectors; vector++)
                {
                    var header = prepared + vector * stride;
                    var values = (sbyte*)(header + KernelScratch.VectorHeaderBytes);
                    var from = new PreparedVector(values, length, *(int*)header, *(float*)(header + sizeof(int)));
                    RowProducts(w, data, row, count, from, sums);
                    ScaleSums(sums, count, w.RowStride, scale + row / TileRows * w.RowStride, At(bias, row / TileRows * w.RowStride),
                        from.Scale, target + vector * w.Rows + row);
                }
            }
        }
    }

    protected override void LinearF32Core(in MatrixF32 w, ReadOnlySpan<float> x, Span<float> y, int vectors)
    {
        fixed (float* data = w.Data, bias = w.Bias, source = x, target = y)
        {
            var paired = vectors & -DotF32<TLanes>.Vectors;
            for (nint row = 0; row < w.Rows && paired > 0; row += TLanes.Count)
                LinearVectors(w, data, bias, row, source, target, paired);
            for (nint vector = paired; vector < vectors; vector++)
                LinearVector(w, data, bias, source + vector * w.Columns, target + vector * w.Rows);
        }
    }

    private static void LinearVector(in MatrixF32 w, float* data, float* bias, float* x, float* y)
    {
        var sums = stackalloc float[TilesPerPass * TileRows];
        for (nint row = 0; row < w.Rows; row += TilesPerPass * TileRows)
        {
            var count = Math.Min(w.Rows - row, TilesPerPass * TileRows);
            TLanes.Dot(data + row / TileRows * w.TileStride, w.TileStride, (count + TileRows - 1) / TileRows, x, w.Columns, sums);
            for (nint i = 0; i < count; i += TLanes.Count)
                StoreUpTo(TLanes.Load(sums + i) + Bias(bias, (row + i) / TileRows * w.RowStride + i % TileRows), y + row + i, count - i);
        }
    }

    /// <summary>One register of rows times many vectors, each weight loaded once for <see cref="DotF32{TLanes}.Vectors"/> of
    /// them.</summary>
    private static void LinearVectors(in MatrixF32 w, float* data, float* bias, nint row, float* x, float* y, nint vectors)
    {
        var sums = stackalloc float[DotF32<TLanes>.Vectors * TileRows];
        var biases = Bias(bias, row / TileRows * w.RowStride + row % TileRows);
        for (nint vector = 0; vector < vectors; vector += DotF32<TLanes>.Vectors)
        {
            DotF32<TLanes>.DotVectors(data + row / TileRows * w.TileStride + row % TileRows, x + vector * w.Columns, w.Columns, sums);
            for (nint i = 0; i < DotF32<TLanes>.Vectors; i++)
                StoreUpTo(TLanes.Load(sums + i * TLanes.Count) + biases, y + (vector + i) * w.Rows + row, w.Rows - row);
        }
    }

    /// <summary>The sums of rows of a matrix.</summary>
    /// <param name="row">The first, with which a block begins.</param>
    /// <param name="count">Of whole blocks.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RowProducts(in MatrixS8 w, sbyte* data, nint row, nint count, in PreparedVector x, int* sums)
    {
        if (w.HasWholeBlocks)
            TDot.Dot(data + row * x.Length, (count + TileRows - 1) / TileRows, x, sums);
        else
            TileProducts(w, data, row, count, x, sums);
    }

    private static void TileProducts(in MatrixS8 w, sbyte* data, nint row, nint count, in PreparedVector x, int* sums)
    {
        for (nint at = 0; at < count; at += TileRows)
        {
            var tile = (int)((row + at) / TileRows);
            TDot.DotTile(data + w.TileOffset(tile), w.LineStride(tile), x, sums + at);
        }
    }

    /// <summary>Rows of one pass over the weights: of whole blocks.</summary>
    private static nint PassRows(int vectors, nint length)
    {
        const int Block = PackedLayout.BlockTiles;
        return TileRows * (vectors == 1 ? TilesPerPass : Math.Clamp(SharedPassBytes / (length * TileRows) & -Block, Block, TilesPerPass));
    }

    /// <summary>y = sums·(scale·xScale) + bias.</summary>
    /// <param name="rowStride">Elements from one tile's scales to the next one's.</param>
    private static void ScaleSums(int* sums, nint count, nint rowStride, float* scale, float* bias, float xScale, float* y)
    {
        var factor = TLanes.Create(xScale);
        for (; count >= TileRows; count -= TileRows, sums += TileRows, y += TileRows, scale += rowStride, bias = At(bias, rowStride))
        {
            for (nint i = 0; i < TileRows; i += TLanes.Count)
                TLanes.Store(Scaled(sums, scale, bias, factor, i), y + i);
        }

        for (nint i = 0; i < count; i += TLanes.Count)
            StoreUpTo(Scaled(sums, scale, bias, factor, i), y + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Scaled(int* sums, float* scale, float* bias, TLanes factor, nint at) =>
        TLanes.Fma(TLanes.LoadInt32(sums + at), TLanes.Load(scale + at) * factor, Bias(bias, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Bias(float* bias, nint at) => bias == null ? TLanes.Zero : TLanes.Load(bias + at);

    /// <summary>Loads as many lanes as there are elements, zeros beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes LoadUpTo(float* source, nint available) =>
        available >= TLanes.Count ? TLanes.Load(source) : TLanes.LoadFirst(source, available, TLanes.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreUpTo(TLanes value, float* target, nint available)
    {
        if (available >= TLanes.Count)
            TLanes.Store(value, target);
        else
            TLanes.StoreFirst(value, target, available);
    }
}
