using EdgeSeq.Device.Files;

namespace EdgeSeq.Device.Sources;

/// <summary>The single samples of a CSV file with one column.</summary>
internal sealed class CsvSampleReader(CsvTable table) : ISampleReader
{
    public double? RateHz => null;

    public long? Count => null;

    public bool IsLive => table.IsLive;

    public string? Position => $"line {table.Line}";

    public int Read(Span<float> samples)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            if (!table.TryRow(out var line))
                return i;
            var row = table.Cut(line);
            row.TryNext(out var cell);
            if (row.TryNext(out _))
                throw table.BadCount(CsvRow.Count(line, CsvRow.SeparatorOf(line)));
            if (!CsvRow.TryParse(cell, out samples[i]))
                throw table.BadCell(0, cell);
        }

        return samples.Length;
    }

    public void Dispose() => table.Dispose();
}
