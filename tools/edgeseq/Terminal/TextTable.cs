using System.Text;

namespace EdgeSeq.Tool.Terminal;

/// <summary>Rows of cells as text with aligned columns.</summary>
internal sealed class TextTable(params (string Title, bool IsNumber)[] columns)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = columns.Select((column, i) => _rows.Select(row => row[i].Length).Append(column.Title.Length).Max()).ToArray();
        var text = new StringBuilder();
        AppendRow(text, [.. columns.Select(column => column.Title)], widths);
        foreach (var row in _rows)
            AppendRow(text, row, widths);
        return text.ToString();
    }

    private void AppendRow(StringBuilder text, string[] cells, int[] widths)
    {
        var line = string.Join(Gap, cells.Select((cell, i) => columns[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])));
        text.AppendLine(line.TrimEnd());
    }
}
