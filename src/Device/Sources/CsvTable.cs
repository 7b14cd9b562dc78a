using System.Text;
using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sources;

/// <summary>The rows of a CSV file. The separator and whether the first line is a header are taken from that line; empty lines and lines
/// that start with '#' are passed over, but for one right before the first row that names its columns.</summary>
internal sealed class CsvTable : IDisposable
{
    private readonly LineReader _lines;
    private readonly byte _separator;
    private byte[] _comment = [];
    private byte[]? _pending;

    public CsvTable(string name, Stream stream, bool isLive)
    {
        Name = name;
        IsLive = isLive;
        _lines = new LineReader(name, stream);
        if (!TryLine(out var first))
            return;
        if (first.StartsWith("sep="u8) && first.Length == "sep=".Length + 1)
        {
            // Excel's way to name the separator.
            _separator = first[^1];
            if (!TryLine(out first))
                return;
        }
        else
        {
            _separator = CsvRow.SeparatorOf(first);
        }

        Columns = CsvRow.Count(first, _separator);
        if (IsHeader(first))
            Header = CsvRow.Cells(first, _separator);
        else
            _pending = first.ToArray();
        if (Header is not null && TryLine(out first))
            _pending = first.ToArray();
        if (Header is null && Columns > 1 && CsvRow.Count(_comment, _separator) == Columns && IsHeader(_comment))
            Header = CsvRow.Cells(_comment, _separator);
    }

    public string Name { get; }

    public bool IsLive { get; }

    /// <summary>Columns of the first line; 0 for an empty file.</summary>
    public int Columns { get; }

    /// <summary>Names of the columns, null for a file without a header.</summary>
    public IReadOnlyList<string>? Header { get; }

    /// <summary>How the file writes numbers.</summary>
    public CsvNumbers Numbers { get; } = new();

    public long Line => _lines.Line;

    /// <summary>The first row, before it is read; empty where there is none.</summary>
    public ReadOnlySpan<byte> First => _pending;

    /// <summary>The next row; false at the end.</summary>
    public bool TryRow(out ReadOnlySpan<byte> line)
    {
        if (_pending is not null)
        {
            line = _pending;
            _pending = null;
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
        var place = $"{Name}: line {Line}, {PlaceOf(column)}: '{shown}'";
        return Numbers.HasOtherDecimal(cell)
            ? new EdgeSeqException(ErrorCodes.CellInvalid, $"{place} has another decimal sign than the lines before",
                "write all numbers with decimal points, or all with decimal commas, and no thousands apart")
            : new EdgeSeqException(ErrorCodes.CellInvalid, $"{place} is not a number",
                "correct the file, leave a missing value empty, or choose columns with --columns");
    }

    public EdgeSeqException BadCount(int found) =>
        new(ErrorCodes.CellInvalid, $"{Name}: line {Line} has {found} columns, the first line has {Columns}");

    /// <summary>A column's name, or its number from 1 where it has none.</summary>
    public string NameOf(int column) => Header is { } header && header[column].Length > 0 ? header[column] : $"{column + 1}";

    public void Dispose() => _lines.Dispose();

    private string PlaceOf(int column) => Header is { } header && column < header.Count ? $"column {column + 1} ({header[column]})"
        : $"column {column + 1}";

    private bool TryLine(out ReadOnlySpan<byte> line)
    {
        while (_lines.TryRead(out line))
        {
            var content = line.Trim(" \t"u8);
            if (content is [(byte)'#', ..])
            {
                if (_pending is null && Columns == 0)
                    _comment = content[1..].Trim(" \t"u8).ToArray();
            }
            else if (!content.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A line of names: nothing in it is a number or a time.</summary>
    private bool IsHeader(ReadOnlySpan<byte> line)
    {
        var row = Cut(line);
        var numbers = new CsvNumbers();
        var hasName = false;
        while (row.TryNext(out var cell))
        {
            if (cell.IsEmpty)
                continue;
            if (numbers.TryParse(cell, out float _) || StampText.TryParse(cell, out _, out _))
                return false;
            hasName = true;
        }

        return hasName;
    }
}
