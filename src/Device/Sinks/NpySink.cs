using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Device.Sinks;

/// <summary>Every emitted output in .npy files: [T, shape…] for one stream, [N, T, shape…] for a set of recordings, where T counts
/// the outputs, not the steps. One output goes to PATH; several, or one where PATH ends in a slash, go to the folder PATH, a NAME.npy
/// each.</summary>
internal sealed class NpySink : ISink
{
    private readonly SinkContext _context;
    private readonly string _name;
    private readonly NpyWriter[] _writers;

    /// <summary>Rows of each output in the recording that goes on, and in the first recording, which all others must equal.</summary>
    private readonly long[] _rows;
    private readonly long[] _rowsOfFirst;
    private long _recordings;

    public NpySink(string path, SinkContext context)
    {
        _context = context;
        _name = $"npy:{path}";
        _rows = new long[context.Outputs.Count];
        _rowsOfFirst = new long[context.Outputs.Count];
        var isFolder = context.Outputs.Count > 1 || Path.EndsInDirectorySeparator(path);
        if (isFolder)
            CreateFolder(path);
        _writers = [.. context.Outputs.Select(output => new NpyWriter(
            isFolder ? Path.Combine(path, NpyNames.FileName(output.Name)) : path, output.Type == ElementType.F32))];
    }

    public void Write(IStepOutputs step)
    {
        for (var output = 0; output < _writers.Length; output++)
        {
            if (!step.IsReady(output))
                continue;
            if (_context.Outputs[output].Type == ElementType.F32)
                _writers[output].Write(step.Floats(output));
            else
                _writers[output].Write(step.Ids(output));
            _rows[output]++;
        }
    }

    /// <exception cref="EdgeSeqException">ES0306 when this recording gave another number of outputs than the first.</exception>
    public void EndRecording()
    {
        if (_recordings++ == 0)
            _rows.CopyTo(_rowsOfFirst, 0);
        for (var output = 0; output < _rows.Length; output++)
        {
            if (_rows[output] != _rowsOfFirst[output])
            {
                throw new EdgeSeqException(
                    ErrorCodes.OutputsDoNotStack,
                    $"{_name}: recording {_recordings - 1} gave {_rows[output]} rows of output '{_context.Outputs[output].Name}', recording 0 gave {_rowsOfFirst[output]}",
                    "use --sink jsonl:PATH or csv:PATH for recordings of different length");
            }
        }

        Array.Clear(_rows);
    }

    public void Flush()
    {
    }

    /// <summary>A recording of a set that the end of the run cut short does not stack and is left out.</summary>
    public void Complete()
    {
        for (var output = 0; output < _writers.Length; output++)
        {
            var shape = _context.Outputs[output].Shape.Select(dimension => (long)dimension);
            _writers[output].Complete(_context.IsBatch ? [_recordings, _rowsOfFirst[output], .. shape] : [_rows[output], .. shape]);
        }
    }

    public void Dispose()
    {
        foreach (var writer in _writers)
            writer.Dispose();
    }

    private static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeSeqException(ErrorCodes.WriteFailed, $"{path}: {IoReason.Of(e)}", "several outputs go to a folder", e);
        }
    }
}
