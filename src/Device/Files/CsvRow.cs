using System.Globalization;
using System.Text;

namespace EdgeSeq.Device.Files;

/// <summary>Cuts a line of a CSV file into cells. Cells are trimmed and lose surrounding double quotes.</summary>
internal ref struct CsvRow(ReadOnlySpan<byte> line, byte separator)
{
    /// <summary>Stands for "any run of blanks".</summary>
    public const byte Blanks = (byte)' ';

    private ReadOnlySpan<byte> _rest = line.Trim(" \t"u8);
    private bool _ended;

    /// <summary>The separator of a file whose first line this is: comma, semicolon, tab, or blanks.</summary>
    public static byte SeparatorOf(ReadOnlySpan<byte> line)
    {
        foreach (var separator in ",;\t"u8)
        {
            if (line.Contains(separator))
                return separator;
        }

        return Blanks;
    }

    /// <summary>The next cell; false after the last.</summary>
    public bool TryNext(out ReadOnlySpan<byte> cell)
    {
        cell = default;
        if (_ended)
            return false;
        var end = _rest.IndexOf(separator);
        _ended = end < 0;
        cell = _ended ? _rest : _rest[..end];
        _rest = _ended ? default : _rest[(end + 1)..];
        if (separator == Blanks)
            _rest = _rest.TrimStart(Blanks);
        cell = cell.Trim(" \t"u8);
        if (cell.Length >= 2 && cell[0] == '"' && cell[^1] == '"')
            cell = cell[1..^1];
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

    /// <summary>A cell as a number. An empty cell is a missing value, NaN.</summary>
    public static bool TryParse(ReadOnlySpan<byte> cell, out float value)
    {
        if (cell.IsEmpty)
        {
            value = float.NaN;
            return true;
        }

        if (float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            return true;
        var isNegative = cell[0] == '-';
        value = isNegative ? float.NegativeInfinity : float.PositiveInfinity;
        return Ascii.EqualsIgnoreCase(cell[(isNegative || cell[0] == '+' ? 1 : 0)..], "inf"u8);
    }

    public static bool TryParse(ReadOnlySpan<byte> cell, out long value) =>
        long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
