using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>A packed int8 matrix with one scale per row and, optionally, a bias per row (see <see cref="PackedLayout"/>).
/// Weights are in [-128, 127]. Scales and biases have the padded row count. The constructor checks every length, so kernels
/// may use addresses without further checks.</summary>
internal readonly ref struct MatrixS8
{
    /// <summary>The whole matrix that this is, or is a gate of.</summary>
    public readonly ReadOnlySpan<sbyte> Data;

    /// <summary>One factor per padded row, <see cref="RowStride"/> elements from tile to tile; empty where only int32 sums are asked
    /// for.</summary>
    public readonly ReadOnlySpan<float> Scale;

    /// <summary>As <see cref="Scale"/>; empty: no bias.</summary>
    public readonly ReadOnlySpan<float> Bias;

    /// <summary>What each row adds for a zero point of one activation step: −scale·Σ weights of the row. Empty: activations have no
    /// zero point. A gate has none.</summary>
    public readonly ReadOnlySpan<float> Shift;

    public readonly int Rows;
    public readonly int Columns;

    private readonly int _dataTiles;
    private readonly int _firstTile;
    private readonly int _tileStep;

    /// <param name="data">The whole packed matrix.</param>
    /// <param name="scale">Padded rows, or empty.</param>
    /// <param name="bias">Padded rows, or empty.</param>
    /// <param name="rows">Rows (for gated layers: <see cref="PackedLayout.GatedRows"/>).</param>
    /// <param name="columns">Columns without padding.</param>
    /// <param name="shift">Padded rows, or empty.</param>
    // A view is made at each step. Unsigned arithmetic in 64 bits, which nothing here can overflow, takes a third of the time of
    // checked arithmetic.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MatrixS8(ReadOnlySpan<sbyte> data, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, int rows, int columns,
        ReadOnlySpan<float> shift = default)
    {
        var tiles = ((uint)rows + (PackedLayout.TileRows - 1ul)) / PackedLayout.TileRows;
        var paddedRows = tiles * PackedLayout.TileRows;
        if (rows < 1 || columns < 1 || (ulong)data.Length < tiles * TileLength(columns)
            || (!scale.IsEmpty && (ulong)scale.Length < paddedRows)
            || (!bias.IsEmpty && (ulong)bias.Length < paddedRows)
            || (!shift.IsEmpty && (ulong)shift.Length < paddedRows))
        {
            ThrowTooShort(rows, columns);
        }

        Data = data;
        Scale = scale;
        Bias = bias;
        Shift = shift;
        Rows = rows;
        Columns = columns;
        _dataTiles = (int)tiles;
        _tileStep = 1;
    }

    private MatrixS8(MatrixS8 whole, int gate, int gates, int hidden)
    {
        if ((uint)gate >= (uint)gates || whole._tileStep != 1 || whole.Rows != PackedLayout.GatedRows(hidden, gates))
            throw new ArgumentException($"A packed int8 matrix of {whole.Rows} rows has no gate {gate} of {gates} with {hidden} units.");
        Data = whole.Data;
        Scale = whole.Scale.IsEmpty ? whole.Scale : whole.Scale[(gate * PackedLayout.TileRows)..];
        Bias = whole.Bias.IsEmpty ? whole.Bias : whole.Bias[(gate * PackedLayout.TileRows)..];
        Rows = hidden;
        Columns = whole.Columns;
        _dataTiles = whole._dataTiles;
        _firstTile = gate;
        _tileStep = gates;
    }

    private MatrixS8(MatrixS8 other, ReadOnlySpan<float> bias)
    {
        this = other;
        Bias = bias;
    }

    /// <summary>Elements of <see cref="Scale"/> and <see cref="Bias"/> from tile to tile.</summary>
    public int RowStride => PackedLayout.TileRows * _tileStep;

    /// <summary>Whether whole blocks belong to it, so that its lines follow each other; a gate has lines here and there.</summary>
    public bool HasWholeBlocks => _tileStep == 1;

    /// <summary>One gate of a gate-interleaved matrix as a matrix of <paramref name="hidden"/> rows: its Linear gives the
    /// gate's pre-activations in plain order.</summary>
    public MatrixS8 Gate(int gate, int gates, int hidden) => new(this, gate, gates, hidden);

    /// <summary>The same weights and scales.</summary>
    public MatrixS8 WithoutBias() => new(this, default);

    /// <summary>Where the first line of a tile lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TileOffset(int tile) => PackedLayout.TileOffsetS8(_firstTile + tile * _tileStep, Columns);

    /// <summary>Elements from one line of a tile to its next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LineStride(int tile) =>
        PackedLayout.TilesOfBlock(_firstTile + tile * _tileStep, _dataTiles) * PackedLayout.LineBytes;

    /// <summary><see cref="PackedLayout.TileLengthS8"/> of any columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong TileLength(int columns) =>
        ((uint)columns + (PackedLayout.ColumnAlignment - 1ul)) / PackedLayout.ColumnAlignment
        * (PackedLayout.ColumnAlignment * PackedLayout.TileRows);

    [DoesNotReturn, MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowTooShort(int rows, int columns) =>
        throw new ArgumentException($"A packed int8 matrix of {rows} x {columns} needs more data, scales, biases or shifts than given.");
}
