using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>The one description of how matrices lie in memory; every kernel and the program writer follow it.</summary>
/// <remarks>
/// Rows come in tiles of 16, padded with zero rows. float32: <c>[rows/16][columns][16]</c>. int8: four tiles make a block,
/// <c>[rows/64][columns/4][4][16][4]</c>, with the columns padded with zeros to a multiple of 16; the last block has as many tiles as
/// are left. So one 64-byte line holds 16 rows × 4 columns, and the lines of a block follow each other in the order in which a product
/// with all of its rows reads them: as one stream. Values of an attention ring, which are written column by column, lie tile by
/// tile: <c>[rows/16][columns/4][16][4]</c>.
/// Matrices of gated layers have their rows gate-interleaved: <c>[tile of 16 hidden][gate][16]</c>, hidden padded to 16;
/// the vectors beside them (scales, biases) follow the same row order.
/// </remarks>
internal static class PackedLayout
{
    /// <summary>Rows of one tile, and the number of partial sums of a float sum.</summary>
    public const int TileRows = 16;

    /// <summary>Consecutive columns of one int8 row that lie side by side.</summary>
    public const int GroupColumns = 4;

    /// <summary>Bytes of 16 rows × 4 columns.</summary>
    public const int LineBytes = TileRows * GroupColumns;

    /// <summary>Tiles of an int8 block, but for the last one.</summary>
    public const int BlockTiles = 4;

    /// <summary>Column count of int8 rows is padded to a multiple of this.</summary>
    public const int ColumnAlignment = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PadRows(int rows) => checked(rows + TileRows - 1) & -TileRows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PadColumnsS8(int columns) => checked(columns + ColumnAlignment - 1) & -ColumnAlignment;

    /// <summary>Elements of one tile.</summary>
    public static int TileLengthS8(int columns) => checked(PadColumnsS8(columns) * TileRows);

    /// <summary>Elements from one tile to the next.</summary>
    public static int TileLengthF32(int columns) => checked(columns * TileRows);

    /// <summary>Elements of a packed int8 matrix.</summary>
    public static int LengthS8(int rows, int columns) => checked(PadRows(rows) * PadColumnsS8(columns));

    /// <summary>Elements of a packed float32 matrix.</summary>
    public static int LengthF32(int rows, int columns) => checked(PadRows(rows) * columns);

    /// <summary>Rows of a gate-interleaved matrix (and length of the vectors beside it).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int GatedRows(int hidden, int gates) => checked(PadRows(hidden) * gates);

    /// <summary>Whether the rows of a grouped convolution lie in one matrix [outChannels, kernel], so that lanes can lie along
    /// channels: groups of one input channel and few outputs, which would fill little of a matrix of their own.</summary>
    /// <param name="kernel">Taps.</param>
    public static bool IsDepthwise(int groups, int channels, int outChannels, int kernel) =>
        groups > 1 && channels == groups && outChannels <= (long)groups * (TileRows / 2) && kernel <= KernelSet.MostDepthwiseTaps;

    /// <summary>Tiles of the block that a tile of an int8 matrix lies in.</summary>
    /// <param name="tile">Which.</param>
    /// <param name="tiles">Tiles of the matrix.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TilesOfBlock(int tile, int tiles) => Math.Min(tiles - (tile & -BlockTiles), BlockTiles);

    /// <summary>Where the first line of a tile of an int8 matrix lies; the next ones follow <see cref="TilesOfBlock"/> lines
    /// apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TileOffsetS8(int tile, int columns) =>
        (tile & -BlockTiles) * TileLengthS8(columns) + tile % BlockTiles * LineBytes;

    /// <summary>Position of an element of a packed int8 matrix.</summary>
    public static int OffsetS8(int row, int column, int rows, int columns) =>
        TileOffsetS8(row / TileRows, columns) + column / GroupColumns * TilesOfBlock(row / TileRows, PadRows(rows) / TileRows) * LineBytes
        + row % TileRows * GroupColumns + column % GroupColumns;

    /// <summary>Position of an element of a matrix that lies tile by tile.</summary>
    public static int OffsetByTileS8(int row, int column, int columns) =>
        row / TileRows * TileLengthS8(columns) + column / GroupColumns * LineBytes + row % TileRows * GroupColumns + column % GroupColumns;

    /// <summary>Position of an element of a packed float32 matrix.</summary>
    public static int OffsetF32(int row, int column, int columns) =>
        row / TileRows * TileLengthF32(columns) + column * TileRows + row % TileRows;

    /// <summary>The row at which unit <paramref name="unit"/> of gate <paramref name="gate"/> lies in a gate-interleaved matrix.</summary>
    public static int GatedRow(int gate, int unit, int gates) =>
        (unit / TileRows * gates + gate) * TileRows + unit % TileRows;

    /// <summary>Packs row-major <paramref name="source"/> [rows, columns] into <see cref="LengthS8"/> elements.</summary>
    public static void PackS8(ReadOnlySpan<sbyte> source, int rows, int columns, Span<sbyte> packed)
    {
        packed[..LengthS8(rows, columns)].Clear();
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                packed[OffsetS8(row, column, rows, columns)] = source[row * columns + column];
        }
    }

    /// <summary>Packs row-major <paramref name="source"/> [rows, columns] into <see cref="LengthF32"/> elements.</summary>
    public static void PackF32(ReadOnlySpan<float> source, int rows, int columns, Span<float> packed)
    {
        packed[..LengthF32(rows, columns)].Clear();
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                packed[OffsetF32(row, column, columns)] = source[row * columns + column];
        }
    }

    /// <summary>Packs <paramref name="source"/> [columns, rows], the transpose of the matrix, into <see cref="LengthF32"/>
    /// elements.</summary>
    public static void PackTransposedF32(ReadOnlySpan<float> source, int rows, int columns, Span<float> packed)
    {
        source = source[..checked(rows * columns)];
        packed = packed[..LengthF32(rows, columns)];
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(packed);
        nuint at = 0;
        for (var row = 0; row < rows; row += TileRows)
        {
            if (rows - row < TileRows)
                packed[(int)at..].Clear();
            for (var column = 0; column < columns; column++, at += TileRows)
            {
                var first = (nuint)(column * rows + row);
                if (rows - row >= TileRows)
                    Vector512.LoadUnsafe(ref from, first).StoreUnsafe(ref to, at);
                else
                    source.Slice((int)first, rows - row).CopyTo(packed[(int)at..]);
            }
        }
    }

    /// <summary>Packs row-major <paramref name="source"/> [gates × hidden, columns] with gate-interleaved rows into
    /// <c>LengthS8(GatedRows(hidden, gates), columns)</c> elements.</summary>
    public static void PackGatedS8(ReadOnlySpan<sbyte> source, int hidden, int gates, int columns, Span<sbyte> packed)
    {
        var rows = GatedRows(hidden, gates);
        packed[..LengthS8(rows, columns)].Clear();
        for (var gate = 0; gate < gates; gate++)
        {
            for (var unit = 0; unit < hidden; unit++)
            {
                var row = GatedRow(gate, unit, gates);
                for (var column = 0; column < columns; column++)
                    packed[OffsetS8(row, column, rows, columns)] = source[(gate * hidden + unit) * columns + column];
            }
        }
    }

    /// <summary>Packs row-major <paramref name="source"/> [gates × hidden, columns] with gate-interleaved rows into
    /// <c>LengthF32(GatedRows(hidden, gates), columns)</c> elements.</summary>
    public static void PackGatedF32(ReadOnlySpan<float> source, int hidden, int gates, int columns, Span<float> packed)
    {
        packed[..LengthF32(GatedRows(hidden, gates), columns)].Clear();
        for (var gate = 0; gate < gates; gate++)
        {
            for (var unit = 0; unit < hidden; unit++)
            {
                for (var column = 0; column < columns; column++)
                    packed[OffsetF32(GatedRow(gate, unit, gates), column, columns)] = source[(gate * hidden + unit) * columns + column];
            }
        }
    }

    /// <summary>Orders a vector [gates × hidden] (bias, row scales, peepholes) as the rows of a gate-interleaved matrix,
    /// with zeros in the padding.</summary>
    public static void PackGatedVector(ReadOnlySpan<float> source, int hidden, int gates, Span<float> packed)
    {
        packed[..GatedRows(hidden, gates)].Clear();
        for (var gate = 0; gate < gates; gate++)
        {
            for (var unit = 0; unit < hidden; unit++)
                packed[GatedRow(gate, unit, gates)] = source[gate * hidden + unit];
        }
    }
}
