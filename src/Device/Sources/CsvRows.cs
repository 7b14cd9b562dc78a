using EdgeSeq.Device.Files;

namespace EdgeSeq.Device.Sources;

/// <summary>The chosen columns of a table, row by row, and beside them its time stamps.</summary>
internal sealed class CsvRows(CsvTable table, CsvColumns columns, StampClock? clock) : IDisposable
{
    public bool IsLive => table.IsLive;

    public string Position => $"line {table.Line}";

    public StampReport? Stamps => clock?.Report;

    /// <summary>The next row's chosen values into whichever span is not empty; false at the end.</summary>
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0304 for a row that is not as expected.</exception>
    public bool TryRead(Span<float> floats, Span<long> ids)
    {
        if (!table.TryRow(out var line))
        {
            clock?.Finish();
            return false;
        }

        var row = table.Cut(line);
        var column = 0;
        for (; row.TryNext(out var cell); column++)
        {
            var element = column < columns.ElementOfColumn.Length ? columns.ElementOfColumn[column] : -1;
            if (element >= 0)
                Parse(column, cell, element, floats, ids);
            else if (column == columns.StampColumn)
                clock?.Add(cell, table.Numbers);
        }

        return column == table.Columns ? true : throw table.BadCount(column);
    }

    public void Dispose() => table.Dispose();

    private void Parse(int column, ReadOnlySpan<byte> cell, int element, Span<float> floats, Span<long> ids)
    {
        var isNumber = floats.IsEmpty ? CsvNumbers.TryParse(cell, out ids[element]) : table.Numbers.TryParse(cell, out floats[element]);
        if (!isNumber)
            throw table.BadCell(column, cell);
    }
}
