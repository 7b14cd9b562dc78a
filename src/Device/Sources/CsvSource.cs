using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Device.Sources;

/// <summary>One stream from a CSV file or standard input, a row a step.</summary>
internal sealed class CsvSource : ISource
{
    private readonly CsvRows _rows;

    private CsvSource(string name, CsvRows rows)
    {
        Name = name;
        _rows = rows;
    }

    public string Name { get; }

    public bool IsBatch => false;

    public long? Steps => null;

    public double? RateHz => null;

    public bool IsLive => _rows.IsLive;

    public string? Position => _rows.Position;

    public StampReport? Stamps => _rows.Stamps;

    /// <exception cref="EdgeSeqException">ES0303 where the columns do not fit the input; ES0601, ES0602, ES0704.</exception>
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
            var columns = CsvColumns.Choose(table, input, context);
            var isFrame = columns.Count == 1 && input is { Length: > 1, Type: ElementType.F32 };
            var rowsHz = context.SourceHz ?? (isFrame ? context.SampleHz(input) : context.RateHz);
            var clock = columns.StampColumn < 0 ? null
                : new StampClock(
                    name, table.NameOf(columns.StampColumn), columns.StampUnit, rowsHz, context.SourceHz is not null, context.Warn);
            var rows = new CsvRows(table, columns, clock);
            if (isFrame)
                return new FramedSource(name, new CsvSampleReader(rows), context);
            context.RefuseHop(name);
            return new CsvSource(name, rows);
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    public SourceStep Read(StepInputs inputs) => _rows.TryRead(inputs.Floats(0), inputs.Ids(0)) ? SourceStep.Step : SourceStep.End;

    public void Dispose() => _rows.Dispose();
}
