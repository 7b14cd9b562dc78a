using System.Text;
using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sources;

/// <summary>The rows of a CSV file as numbers. The separator and whether the first line is a header are taken from that line;
/// empty lines and lines that start with '#' are passed over.</summary>
internal sealed class CsvTable : IDisposable
{
    private readonly LineReader _lines;
    private readonly byte _separator;
    private bool _hasPending;
    private byte[] _pending = [];

    public CsvTable(string name, Stream stream, bool isLive)
    {
        Name = name;
        IsLive = isLive;
        _lines = new LineReader(name, stream);
        if (!TryLine(out var first))
            return;
        _separator = CsvRow.SeparatorOf(first);
        Columns = CsvRow.Count(first, _separator);
        if (IsHeader(first))
        {
            Header = Cells(first);
        }
        else
        {
            _pending = first.ToArray();
            _hasPending = true;
        }
    }

    public string Name { get; }

    public bool IsLive { get; }

    /// <summary>Columns of the first line; 0 for an empty file.</summary>
    public int Columns { get; }

    /// <summary>Names of the columns, null for a file without a header.</summary>
    public string[]? Header { get; }

    public long Line => _lines.Line;

    /// <summary>The next row; false at the end.</summary>
    public bool TryRow(out ReadOnlySpan<byte> line)
    {
        if (_hasPending)
        {
            _hasPending = false;
            line = _pending;
            return true;
        }

        return TryLine(out line);
    }

    public CsvRow Cut(ReadOnlySpan<byte> line) => new(line, _separator);

    /// <summary>The error for a cell that is no number; column counts from 0.</summary>
    public EdgeSeqException BadCell(int column, ReadOnlySpan<byte> cell)
    {
        const int MostShown = 40;
        var shown = Encoding.UTF8.GetString(cell.Length > MostShown ? cell[..MostShown] : cell);
        return new EdgeSeqException(
            ErrorCodes.CellInvalid, $"{Name}: line {Line}, {ColumnName(column)}: '{shown}' is not a number",
            "correct the file; leave a missing value empty");
    }

    public EdgeSeqException BadCount(int found) =>
        new(ErrorCodes.CellInvalid, $"{Name}: line {Line} has {found} columns, the first line has {Columns}");

    public void Dispose() => _lines.Dispose();

    private string ColumnName(int column) => Header is { } header && column < header.Length ? $"column {column + 1} ({header[column]})"
        : $"column {column + 1}";

    private bool TryLine(out ReadOnlySpan<byte> line)
    {
        while (_lines.TryRead(out line))
        {
            if (line.Trim(" \t"u8) is not [] and not [(byte)'#', ..])
                return true;
        }

        return false;
    }

    /// <summary>A line without a single number in it is a header.</summary>
    private bool IsHeader(ReadOnlySpan<byte> line)
    {
        var row = Cut(line);
        while (row.TryNext(out var cell))
        {
            if (cell.IsEmpty || CsvRow.TryParse(cell, out float _))
                return false;
        }

        return true;
    }

    private string[] Cells(ReadOnlySpan<byte> line)
    {
        var cells = new List<string>();
        var row = Cut(line);
        while (row.TryNext(out var cell))
            cells.Add(Encoding.UTF8.GetString(cell));
        return [.. cells];
    }
}
