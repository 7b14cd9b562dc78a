using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>A packed float32 matrix with, optionally, a bias per row (see <see cref="PackedLayout"/>).
/// Biases have the padded row count. The constructor checks every length, so kernels may use addresses without further checks.</summary>
internal readonly ref struct MatrixF32
{
    /// <summary>Tiles of 16 rows, <see cref="TileStride"/> elements apart.</summary>
    public readonly ReadOnlySpan<float> Data;

    /// <summary>One value per padded row, <see cref="RowStride"/> elements from tile to tile; empty: no bias.</summary>
    public readonly ReadOnlySpan<float> Bias;

    public readonly int Rows;
    public readonly int Columns;
    public readonly int TileStride;
    public readonly int RowStride;

    /// <param name="data">The whole packed matrix.</param>
    /// <param name="bias">Padded rows, or empty.</param>
    /// <param name="rows">Rows (for gated layers: <see cref="PackedLayout.GatedRows"/>).</param>
    /// <param name="columns">Columns without padding.</param>
    public MatrixF32(ReadOnlySpan<float> data, ReadOnlySpan<float> bias, int rows, int columns)
        : this(data, bias, rows, columns, PackedLayout.TileLengthF32(columns), PackedLayout.TileRows)
    {
    }

    private MatrixF32(ReadOnlySpan<float> data, ReadOnlySpan<float> bias, int rows, int columns, int tileStride, int rowStride)
    {
        var lastTile = (rows - 1) / PackedLayout.TileRows;
        if (rows < 1 || columns < 1
            || data.Length < lastTile * (long)tileStride + PackedLayout.TileLengthF32(columns)
            || (!bias.IsEmpty && bias.Length < lastTile * (long)rowStride + PackedLayout.TileRows))
        {
            ThrowTooShort(rows, columns);
        }

        Data = data;
        Bias = bias;
        Rows = rows;
        Columns = columns;
        TileStride = tileStride;
        RowStride = rowStride;
    }

    /// <summary>One gate of a gate-interleaved matrix as a matrix of <paramref name="hidden"/> rows: its Linear gives the
    /// gate's pre-activations in plain order.</summary>
    public MatrixF32 Gate(int gate, int gates, int hidden) => new(
        Data[(gate * TileStride)..],
        Bias.IsEmpty ? Bias : Bias[(gate * PackedLayout.TileRows)..],
        hidden, Columns, TileStride * gates, PackedLayout.TileRows * gates);

    /// <summary>The first <paramref name="columns"/> columns (a partly filled ring).</summary>
    public MatrixF32 FirstColumns(int columns) => new(Data, Bias, Rows, columns, TileStride, RowStride);

    [DoesNotReturn, MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowTooShort(int rows, int columns) =>
        throw new ArgumentException($"A packed float32 matrix of {rows} x {columns} needs more data or biases than given.");
}
