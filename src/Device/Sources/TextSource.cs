using EdgeSeq.Device.Files;
using EdgeSeq.Device.Text;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Device.Sources;

/// <summary>Lines of text, each a recording whose steps are the line's words.</summary>
internal sealed class TextSource : ISource
{
    private readonly LineReader _lines;
    private readonly Tokenizer _tokenizer;
    private bool _insideLine;

    private TextSource(string name, bool isLive, LineReader lines, Tokenizer tokenizer)
    {
        Name = name;
        IsLive = isLive;
        _lines = lines;
        _tokenizer = tokenizer;
    }

    public string Name { get; }

    public bool IsBatch => true;

    public long? Steps => null;

    public double? RateHz => null;

    public bool IsLive { get; }

    public string? Position => $"line {_lines.Line}";

    /// <exception cref="EdgeSeqException">ES0303 for a program that takes no words; ES0601, ES0602.</exception>
    public static TextSource Open(string path, SourceContext context)
    {
        var name = $"text:{path}";
        context.RefuseHop(name);
        if (context.Tokenizer is not { } tokenizer)
        {
            throw new EdgeSeqException(
                ErrorCodes.RecordingShape, $"{name}: the program has no vocabulary", "convert the model with --vocab VOCAB.json");
        }

        if (context.Inputs is not [{ Type: ElementType.I64, Length: 1 }])
            throw new EdgeSeqException(ErrorCodes.RecordingShape, $"{name}: the program does not take one word a step");
        var isLive = path == EndpointName.Standard;
        return new TextSource(name, isLive, new LineReader(name, isLive ? new StandardInputStream(context.Stop) : InputFile.Open(path)),
            tokenizer);
    }

    public SourceStep Read(StepInputs inputs)
    {
        if (!_insideLine)
        {
            if (!_lines.TryRead(out var line))
                return SourceStep.End;
            _tokenizer.Begin(line);
            _insideLine = true;
        }

        if (_tokenizer.TryNext(out var word, out var id))
        {
            inputs.Word = word;
            inputs.Ids(0)[0] = id;
            return SourceStep.Step;
        }

        _insideLine = false;
        return SourceStep.RecordingEnd;
    }

    public void Dispose() => _lines.Dispose();
}
