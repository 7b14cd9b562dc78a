using System.Text;

namespace EdgeSeq.Device.Files;

/// <summary>Cuts a line of a CSV file into cells. Cells are trimmed; one in double quotes may hold separators, and loses the quotes.
/// </summary>
internal ref struct CsvRow(ReadOnlySpan<byte> line, byte separator)
{
    /// <summary>Stands for "any run of blanks".</summary>
    public const byte Blanks = (byte)' ';

    private const byte Quote = (byte)'"';

    private ReadOnlySpan<byte> _rest = line.Trim(" \t"u8);
    private bool _ended;

    /// <summary>The separator of a file whose first line this is: semicolon, tab, comma, or blanks. A comma beside a semicolon or a tab is
    /// a decimal comma; a tab after a comma only aligns.</summary>
    public static byte SeparatorOf(ReadOnlySpan<byte> line)
    {
        var (hasTab, hasComma, commaEndsCell, previous) = (false, false, false, (byte)0);
        for (var i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case Quote:
                    i += Math.Max(0, line[(i + 1)..].IndexOf(Quote) + 1);
                    break;
                case (byte)';':
                    return (byte)';';
                case (byte)'\t':
                    hasTab = true;
                    commaEndsCell |= previous == ',';
                    break;
                case (byte)',':
                    hasComma = true;
                    break;
            }

            if (line[i] != ' ')
                previous = line[i];
        }

        if (hasTab && !commaEndsCell)
            return (byte)'\t';
        return hasComma ? (byte)',' : Blanks;
    }

    /// <summary>The next cell; false after the last.</summary>
    public bool TryNext(out ReadOnlySpan<byte> cell)
    {
        cell = default;
        if (_ended)
            return false;
        var end = EndOfCell();
        _ended = end < 0;
        cell = _ended ? _rest : _rest[..end];
        _rest = _ended ? default : _rest[(end + 1)..];
        if (separator == Blanks)
            _rest = _rest.TrimStart(Blanks);
        cell = cell.Trim(" \t"u8);
        if (cell.Length >= 2 && cell[0] == Quote && cell[^1] == Quote)
            cell = cell[1..^1].Trim(" \t"u8);
        return true;
    }

    public static int Count(ReadOnlySpan<byte> line, byte separator)
    {
        var row = new CsvRow(line, separator);
        var count = 0;
        while (row.TryNext(out _))
            count++;
        return count;
    }

    /// <summary>All cells as text.</summary>
    public static string[] Cells(ReadOnlySpan<byte> line, byte separator)
    {
        var cells = new List<string>();
        var row = new CsvRow(line, separator);
        while (row.TryNext(out var cell))
            cells.Add(Encoding.UTF8.GetString(cell).Replace("\"\"", "\"", StringComparison.Ordinal));
        return [.. cells];
    }

    /// <summary>Index of the separator after the cell at the start of the rest, -1 where it is the last.</summary>
    private readonly int EndOfCell()
    {
        var start = 0;
        if (_rest.TrimStart(" \t"u8) is [Quote, ..])
        {
            // Two quotes inside stand for one, and what follows them is inside, too: only pairs matter.
            start = _rest.IndexOf(Quote) + 1;
            while (_rest[start..].IndexOf(Quote) is >= 0 and var quote)
            {
                start += quote + 1;
                if (start == _rest.Length || _rest[start] != Quote)
                    break;
                start++;
            }
        }

        var end = _rest[start..].IndexOf(separator);
        return end < 0 ? end : start + end;
    }
}
