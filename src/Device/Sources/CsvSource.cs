using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sources;

/// <summary>One stream from a CSV file or standard input, a row a step. Where the header names the program's channels,
/// those columns are taken in the program's order; otherwise the columns are the input's elements in order.</summary>
internal sealed class CsvSource : ISource
{
    private readonly CsvTable _table;

    /// <summary>Element of the input that each column feeds, -1 for a column that is not used.</summary>
    private readonly int[] _elementOfColumn;

    private CsvSource(CsvTable table, int[] elementOfColumn)
    {
        _table = table;
        _elementOfColumn = elementOfColumn;
    }

    public string Name => _table.Name;

    public bool IsBatch => false;

    public long? Steps => null;

    public double? RateHz => null;

    public bool IsLive => _table.IsLive;

    public string? Position => $"line {_table.Line}";

    /// <exception cref="EdgeSeqException">ES0303 where the columns do not fit the input; ES0601, ES0602.</exception>
    public static ISource Open(string path, SourceContext context)
    {
        var name = $"csv:{path}";
        if (context.Inputs is not [var input])
        {
            throw new EdgeSeqException(
                ErrorCodes.RecordingShape, $"{name} has one table, the program has {context.Inputs.Count} inputs",
                "give a folder: npy:FOLDER");
        }

        var isLive = path == EndpointName.Standard;
        var table = new CsvTable(name, isLive ? new StandardInputStream(context.Stop) : InputFile.Open(path), isLive);
        try
        {
            if (table.Columns == 1 && input is { Length: > 1, Type: ElementType.F32 })
                return new FramedSource(name, new CsvSampleReader(table), context);
            context.RefuseHop(name);
            return new CsvSource(table, ElementOfColumn(table, input));
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    public SourceStep Read(StepInputs inputs)
    {
        if (!_table.TryRow(out var line))
            return SourceStep.End;
        var floats = inputs.Floats(0);
        var ids = inputs.Ids(0);
        var row = _table.Cut(line);
        var column = 0;
        for (; row.TryNext(out var cell); column++)
        {
            var element = column < _elementOfColumn.Length ? _elementOfColumn[column] : -1;
            if (element < 0)
                continue;
            var isNumber = floats.IsEmpty ? CsvRow.TryParse(cell, out ids[element]) : CsvRow.TryParse(cell, out floats[element]);
            if (!isNumber)
                throw _table.BadCell(column, cell);
        }

        return column == _elementOfColumn.Length ? SourceStep.Step : throw _table.BadCount(column);
    }

    public void Dispose() => _table.Dispose();

    private static int[] ElementOfColumn(CsvTable table, InputInfo input)
    {
        if (table.Header is { } header && input.Channels is { } channels && channels.All(header.Contains))
            return [.. header.Select(name => Enumerable.Range(0, channels.Count).FirstOrDefault(i => channels[i] == name, -1))];
        if (table.Columns != input.Length && table.Columns > 0)
        {
            var hint = input.Channels is { } names
                ? $"the program's channels are {string.Join(", ", names)}; a header with these names selects them" : null;
            throw new EdgeSeqException(
                ErrorCodes.RecordingShape,
                $"{table.Name} has {table.Columns} columns, input '{input.Name}' takes {input.Length} values a step",
                hint);
        }

        return [.. Enumerable.Range(0, table.Columns)];
    }
}
