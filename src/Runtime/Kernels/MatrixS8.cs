using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>A packed int8 matrix with one scale per row and, optionally, a bias per row (see <see cref="PackedLayout"/>).
/// Weights are in [-128, 127]. Scales and biases have the padded row count. The constructor checks every length, so kernels
/// may use addresses without further checks.</summary>
internal readonly ref struct MatrixS8
{
    /// <summary>Tiles of 16 rows, <see cref="TileStride"/> elements apart.</summary>
    public readonly ReadOnlySpan<sbyte> Data;

    /// <summary>One factor per padded row, <see cref="RowStride"/> elements from tile to tile; empty where only int32 sums are asked
    /// for.</summary>
    public readonly ReadOnlySpan<float> Scale;

    /// <summary>As <see cref="Scale"/>; empty: no bias.</summary>
    public readonly ReadOnlySpan<float> Bias;

    public readonly int Rows;
    public readonly int Columns;
    public readonly int TileStride;
    public readonly int RowStride;

    /// <param name="data">The whole packed matrix.</param>
    /// <param name="scale">Padded rows, or empty.</param>
    /// <param name="bias">Padded rows, or empty.</param>
    /// <param name="rows">Rows (for gated layers: <see cref="PackedLayout.GatedRows"/>).</param>
    /// <param name="columns">Columns without padding.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MatrixS8(ReadOnlySpan<sbyte> data, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, int rows, int columns)
        : this(data, scale, bias, rows, columns, (int)TileLength(columns), PackedLayout.TileRows)
    {
    }

    // A view is made at each step. Unsigned arithmetic in 64 bits, which nothing here can overflow, takes a third of the time of
    // checked arithmetic; a stride that does not fit 32 bits fails against the length of the data.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private MatrixS8(ReadOnlySpan<sbyte> data, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, int rows, int columns, int tileStride,
    int rowStride)
    {
        var lastTile = (ulong)(uint)(rows - 1) / PackedLayout.TileRows;
        var lastRows = lastTile * (uint)rowStride + PackedLayout.TileRows;
        if (rows < 1 || columns < 1
            || (ulong)data.Length < lastTile * (uint)tileStride + TileLength(columns)
            || (!scale.IsEmpty && (ulong)scale.Length < lastRows)
            || (!bias.IsEmpty && (ulong)bias.Length < lastRows))
        {
            ThrowTooShort(rows, columns);
        }

        Data = data;
        Scale = scale;
        Bias = bias;
        Rows = rows;
        Columns = columns;
        TileStride = tileStride;
        RowStride = rowStride;
    }

    /// <summary>One gate of a gate-interleaved matrix as a matrix of <paramref name="hidden"/> rows: its Linear gives the
    /// gate's pre-activations in plain order.</summary>
    public MatrixS8 Gate(int gate, int gates, int hidden) => new(
        Data[(gate * TileStride)..],
        Scale.IsEmpty ? Scale : Scale[(gate * PackedLayout.TileRows)..],
        Bias.IsEmpty ? Bias : Bias[(gate * PackedLayout.TileRows)..],
        hidden, Columns, TileStride * gates, PackedLayout.TileRows * gates);

    /// <summary>The first <paramref name="columns"/> columns (a partly filled ring).</summary>
    public MatrixS8 FirstColumns(int columns) => new(Data, Scale, Bias, Rows, columns, TileStride, RowStride);

    /// <summary>The same weights and scales.</summary>
    public MatrixS8 WithoutBias() => new(Data, Scale, default, Rows, Columns, TileStride, RowStride);

    /// <summary><see cref="PackedLayout.TileLengthS8"/> of any columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong TileLength(int columns) =>
        ((uint)columns + (PackedLayout.ColumnAlignment - 1ul)) / PackedLayout.ColumnAlignment
        * (PackedLayout.ColumnAlignment * PackedLayout.TileRows);

    [DoesNotReturn, MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowTooShort(int rows, int columns) =>
        throw new ArgumentException($"A packed int8 matrix of {rows} x {columns} needs more data, scales or biases than given.");
}
