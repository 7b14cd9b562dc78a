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
        var sumsRoom = stackalloc int[TilesPerPass * TileRows + StackLine.Room];
        var sums = StackLine.In(sumsRoom);
        fixed (sbyte* data = matrix.Data, source = x)
        fixed (int* target = y)
        fixed (byte* memory = scratch)
        {
            var prepared = new PreparedVectors(memory, matrix.Columns);
            var length = prepared.Length;
            var passRows = PassRows(vectors, length);
            for (nint vector = 0; vector < vectors; vector++)
            {
                var values = prepared.Values(vector);
                new ReadOnlySpan<sbyte>(source + vector * length, (int)length).CopyTo(new Span<sbyte>(values, (int)length));
                prepared.KeepStart(vector, TDot.Prepare(values, values + length, length));
            }

            for (nint row = 0; row < matrix.Rows; row += passRows)
            {
                var count = Math.Min(matrix.Rows - row, passRows);
                for (nint vector = 0; vector < vectors; vector++)
                {
                    RowProducts(matrix, data, row, count, prepared[vector], sums);
                    new Span<int>(sums, (int)count).CopyTo(new Span<int>(target + vector * matrix.Rows + row, (int)count));
                }
            }
        }
    }

    protected override void LinearS8Core(in MatrixS8 w, ReadOnlySpan<float> x, float xScale, Span<float> y, Span<byte> scratch)
    {
        fixed (sbyte* data = w.Data)
        fixed (float* scale = w.Scale, bias = w.Bias, source = x, target = y)
        fixed (byte* memory = scratch)
        {
            if (w.Shift.IsEmpty)
                LinearVector(w, data, scale, bias, Prepare(source, w.Columns, xScale, memory), target);
            else
                LinearShifted(w, data, scale, bias, source, memory, target);
        }
    }

    protected override void MultiplyS8Core(in MatrixS8 w, in Patches x, float xScale, bool wide, Span<float> y, Span<byte> scratch)
    {
        var vectors = x.Vectors;
        fixed (sbyte* data = w.Data)
        fixed (float* scale = w.Scale, bias = w.Bias, shift = w.Shift, source = x.Data, target = y)
        fixed (int* starts = x.Starts, runs = x.Runs)
        fixed (byte* memory = scratch)
        {
            if (vectors == 1 && x.Runs.Length <= 1 && !wide)
            {
                var first = source + (starts == null ? 0 : *starts) + (runs == null ? 0 : *runs);
                if (shift == null)
                    LinearVector(w, data, scale, bias, Prepare(first, w.Columns, xScale, memory), target);
                else
                    LinearShifted(w, data, scale, bias, first, memory, target);
                return;
            }

            var patches = PatchesF32.Of(x, source, starts, runs);
            var prepared = new PreparedVectors(memory, w.Columns);
            if (shift == null)
                Quantize(patches, vectors, xScale, prepared);
            else
                QuantizeShifted(patches, vectors, prepared);
            for (nint vector = 0; wide && vector < vectors; vector++)
                QuantizeFiner(patches, vector, prepared, vectors + vector);
            nint together = 0;
            if (!wide && TDot.Vectors > 1 && vectors >= TDot.Vectors && w.HasWholeBlocks)
            {
                together = vectors - vectors % TDot.Vectors;
                if (TDot.ScalesProducts)
                    ScaledBlocks(w, data, scale, bias, shift, prepared, together, target);
                else
                    LinearBlocks(w, data, scale, bias, shift, prepared, together, target);
            }

            if (together < vectors)
                LinearPasses(w, data, scale, bias, shift, prepared, together, vectors, wide, target);
        }
    }

    protected override void MultiplyF32Core(in MatrixF32 w, in Patches x, Span<float> y)
    {
        fixed (float* data = w.Data, bias = w.Bias, source = x.Data, target = y)
        fixed (int* starts = x.Starts, runs = x.Runs)
        {
            if (x.Vectors == 1 && x.Runs.Length <= 1)
                LinearVector(w, data, bias, source + (starts == null ? 0 : *starts) + (runs == null ? 0 : *runs), target);
            else
                ProductsF32<TLanes>.Multiply(w, data, bias, PatchesF32.Of(x, source, starts, runs), x.Vectors, target);
        }
    }

    /// <summary>Block after block, each with <see cref="IDotS8.Vectors"/> vectors at once.</summary>
    private static void LinearBlocks(in MatrixS8 w, sbyte* data, float* scale, float* bias, float* shift, in PreparedVectors x,
        nint vectors, float* y)
    {
        const int BlockRows = PackedLayout.BlockTiles * TileRows;
        var sumsRoom = stackalloc int[TDot.Vectors * BlockRows + StackLine.Room];
        var sums = StackLine.In(sumsRoom);
        for (nint row = 0; row < w.Rows; row += BlockRows)
        {
            var count = Math.Min(w.Rows - row, BlockRows);
            var tiles = (count + TileRows - 1) / TileRows;
            for (nint vector = 0; vector < vectors; vector += TDot.Vectors)
            {
                TDot.DotVectors(data + row * x.Length, tiles, x[vector], x.Stride, sums);
                var target = y + vector * w.Rows + row;
                if (shift == null)
                {
                    ScaleBlock(sums, tiles * TileRows, count, scale + row, At(bias, row), x, vector, target, w.Rows);
                    continue;
                }

                for (nint lane = 0; lane < TDot.Vectors; lane++)
                {
                    ScaleShifted(sums + lane * tiles * TileRows, count, scale + row, At(bias, row), shift + row, x[vector + lane],
                        target + lane * w.Rows);
                }
            }
        }
    }

    /// <summary>The same where the instruction set scales its sums.</summary>
    private static void ScaledBlocks(in MatrixS8 w, sbyte* data, float* scale, float* bias, float* shift, in PreparedVectors x,
        nint vectors, float* y)
    {
        const int BlockRows = PackedLayout.BlockTiles * TileRows;
        Unsafe.SkipInit(out VectorBlock block);
        block.XStride = x.Stride;
        block.Length = x.Length;
        for (nint row = 0; row < w.Rows; row += BlockRows)
        {
            block.W = data + row * x.Length;
            block.Scale = scale + row;
            block.Bias = At(bias, row);
            block.Shift = At(shift, row);
            var count = Math.Min(w.Rows - row, BlockRows);
            if (count % TileRows != 0)
            {
                LastScaledBlock(ref block, x, vectors, count, y + row, w.Rows);
                return;
            }

            block.X = x.Values(0);
            block.Y = y + row;
            block.YStride = (nint)w.Rows * sizeof(float);
            block.Turns = vectors / TDot.Vectors;
            TDot.ScaledVectors(ref block, count / TileRows);
        }
    }

    /// <summary>A block whose last tile is not full: whole tiles of results, of which the rows are taken.</summary>
    /// <param name="count">Rows of the block.</param>
    /// <param name="rows">Of the matrix.</param>
    private static void LastScaledBlock(ref VectorBlock block, in PreparedVectors x, nint vectors, nint count, float* y, nint rows)
    {
        const int BlockRows = PackedLayout.BlockTiles * TileRows;
        var room = stackalloc float[TDot.Vectors * BlockRows + StackLine.Room];
        var results = StackLine.In(room);
        block.Y = results;
        block.YStride = BlockRows * sizeof(float);
        block.Turns = 1;
        for (nint vector = 0; vector < vectors; vector++)
        {
            if (vector % TDot.Vectors == 0)
            {
                block.X = x.Values(vector);
                TDot.ScaledVectors(ref block, (count + TileRows - 1) / TileRows);
            }

            new ReadOnlySpan<float>(results + vector % TDot.Vectors * BlockRows, (int)count)
                .CopyTo(new Span<float>(y + vector * rows, (int)count));
        }
    }

    /// <summary>As <see cref="ScaleSums"/> for the four vectors that met a block: each scale is loaded once for them.</summary>
    /// <param name="stride">Sums of a vector.</param>
    /// <param name="count">Rows of the block.</param>
    /// <param name="rows">Of the matrix.</param>
    private static void ScaleBlock(int* sums, nint stride, nint count, float* scale, float* bias, in PreparedVectors x, nint vector,
        float* y, nint rows)
    {
        var factor0 = TLanes.Create(x.Scale(vector));
        var factor1 = TLanes.Create(x.Scale(vector + 1));
        var factor2 = TLanes.Create(x.Scale(vector + 2));
        var factor3 = TLanes.Create(x.Scale(vector + 3));
        var second = y + rows;
        var third = second + rows;
        var fourth = third + rows;
        nint i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            var scales = TLanes.Load(scale + i);
            var biases = Bias(bias, i);
            TLanes.Store(TLanes.Fma(TLanes.LoadInt32(sums + i), scales * factor0, biases), y + i);
            TLanes.Store(TLanes.Fma(TLanes.LoadInt32(sums + stride + i), scales * factor1, biases), second + i);
            TLanes.Store(TLanes.Fma(TLanes.LoadInt32(sums + 2 * stride + i), scales * factor2, biases), third + i);
            TLanes.Store(TLanes.Fma(TLanes.LoadInt32(sums + 3 * stride + i), scales * factor3, biases), fourth + i);
        }

        for (nint lane = 0; i < count && lane < 4; lane++)
        {
            var factor = TLanes.Create(x.Scale(vector + lane));
            for (var at = i; at < count; at += TLanes.Count)
                StoreUpTo(Scaled(sums + lane * stride, scale, bias, factor, at), y + lane * rows + at, count - at);
        }
    }

    /// <summary>A few blocks after the other, each vector by itself.</summary>
    /// <param name="wide">Whether finer codes lie behind those of all vectors.</param>
    private static void LinearPasses(in MatrixS8 w, sbyte* data, float* scale, float* bias, float* shift, in PreparedVectors x, nint first,
        nint vectors, bool wide, float* y)
    {
        var passRows = PassRows(vectors - first, x.Length);
        var sumsRoom = stackalloc int[TilesPerPass * TileRows + StackLine.Room];
        var sums = StackLine.In(sumsRoom);
        for (nint row = 0; row < w.Rows; row += passRows)
        {
            var count = Math.Min(w.Rows - row, passRows);
            var rowScale = scale + row / TileRows * w.RowStride;
            var rowBias = At(bias, row / TileRows * w.RowStride);
            for (var vector = first; vector < vectors; vector++)
            {
                var from = x[vector];
                var to = y + vector * w.Rows + row;
                RowProducts(w, data, row, count, from, sums);
                if (shift == null)
                    ScaleSums(sums, count, w.RowStride, rowScale, rowBias, from.Scale, to);
                else
                    ScaleShifted(sums, count, rowScale, rowBias, shift + row, from, to);
                if (!wide || x.Scale(vectors + vector) == 0f)
                    continue;
                from = x[vectors + vector];
                RowProducts(w, data, row, count, from, sums);
                AddSums(sums, count, w.RowStride, rowScale, from.Scale, to);
            }
        }
    }

    /// <summary>One vector: the way of most steps, without what many would share.</summary>
    private static void LinearVector(in MatrixS8 w, sbyte* data, float* scale, float* bias, in PreparedVector x, float* y)
    {
        if (TDot.ScalesProducts && w.HasWholeBlocks && w.Rows % TileRows == 0)
        {
            ScaledRows(w.Rows, data, scale, bias, null, x, y);
            return;
        }

        const int PassRows = TilesPerPass * TileRows;
        var sumsRoom = stackalloc int[PassRows + StackLine.Room];
        var sums = StackLine.In(sumsRoom);
        for (nint row = 0; row < w.Rows; row += PassRows)
        {
            var count = Math.Min(w.Rows - row, PassRows);
            var scales = row / TileRows * w.RowStride;
            RowProducts(w, data, row, count, x, sums);
            ScaleSums(sums, count, w.RowStride, scale + scales, At(bias, scales), x.Scale, y + row);
        }
    }

    /// <summary>One vector and rows of whole tiles, where the instruction set scales its sums.</summary>
    private static void ScaledRows(nint rows, sbyte* data, float* scale, float* bias, float* shift, in PreparedVector x, float* y)
    {
        const int BlockRows = PackedLayout.BlockTiles * TileRows;
        Unsafe.SkipInit(out VectorBlock block);
        block.W = data;
        block.X = x.Values;
        block.Length = x.Length;
        block.Scale = scale;
        block.Bias = bias;
        block.Shift = shift;
        block.Y = y;
        block.Start = x.Correction;
        block.XScale = BitConverter.SingleToInt32Bits(x.Scale);
        block.XOffset = BitConverter.SingleToInt32Bits(x.Offset);
        block.Turns = rows / BlockRows;
        if (block.Turns > 0)
            TDot.ScaledProducts(ref block, PackedLayout.BlockTiles);
        var done = rows & -BlockRows;
        if (done == rows)
            return;
        block.W = data + done * x.Length;
        block.Scale = scale + done;
        block.Bias = At(bias, done);
        block.Shift = At(shift, done);
        block.Y = y + done;
        block.Turns = 1;
        TDot.ScaledProducts(ref block, (rows - done) / TileRows);
    }

    private static void LinearVector(in MatrixF32 w, float* data, float* bias, float* x, float* y)
    {
        var sumsRoom = stackalloc float[TilesPerPass * TileRows + StackLine.Room];
        var sums = StackLine.In(sumsRoom);
        for (nint row = 0; row < w.Rows; row += TilesPerPass * TileRows)
        {
            var count = Math.Min(w.Rows - row, TilesPerPass * TileRows);
            TLanes.Dot(data + row / TileRows * w.TileStride, w.TileStride, (count + TileRows - 1) / TileRows, x, w.Columns, sums);
            for (nint i = 0; i < count; i += TLanes.Count)
                StoreUpTo(TLanes.Load(sums + i) + Bias(bias, (row + i) / TileRows * w.RowStride + i % TileRows), y + row + i, count - i);
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
    private static nint PassRows(nint vectors, nint length)
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
