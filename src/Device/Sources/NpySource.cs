using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sources;

/// <summary>Recordings from one .npy file, or from a folder with one NAME.npy for each input.
/// With S an input's shape, exact or with its dimensions of 1 left out, a file holds [T, S…] (one recording) or [N, T, S…].</summary>
internal sealed class NpySource : ISource
{
    private readonly NpyReader[] _readers;
    private readonly long _recordings;
    private readonly long _stepsEach;
    private long _recording;
    private long _step;

    private NpySource(string name, NpyReader[] readers, RecordingShape shape)
    {
        Name = name;
        _readers = readers;
        IsBatch = shape.Recordings is not null;
        _recordings = shape.Recordings ?? 1;
        _stepsEach = shape.Steps;
    }

    public string Name { get; }

    public bool IsBatch { get; }

    public long? Steps => _recordings * _stepsEach;

    public double? RateHz => null;

    public bool IsLive => false;

    public string? Position => null;

    /// <exception cref="EdgeSeqException">ES0301 to ES0303 for files that are broken or do not fit the inputs; ES0601, ES0602.</exception>
    public static ISource Open(string path, SourceContext context)
    {
        var name = $"npy:{path}";
        var inputs = context.Inputs;
        var isFolder = Directory.Exists(path);
        if (!isFolder && inputs.Count > 1)
        {
            throw new EdgeSeqException(
                ErrorCodes.RecordingShape,
                $"{name} is one file, the program has {inputs.Count} inputs",
                $"give a folder with {string.Join(", ", inputs.Select(input => NpyNames.FileName(input.Name)))}");
        }

        var readers = new List<NpyReader>();
        try
        {
            foreach (var input in inputs)
                readers.Add(NpyReader.Open(isFolder ? Path.Combine(path, NpyNames.FileName(input.Name)) : path));
            if (IsSingleSamples(readers[0].Header, inputs[0]))
                return new FramedSource(name, new NpySampleReader(readers[0]), context);
            context.RefuseHop(name);
            return new NpySource(name, [.. readers], CommonShape(name, readers, inputs));
        }
        catch
        {
            readers.ForEach(reader => reader.Dispose());
            throw;
        }
    }

    public SourceStep Read(StepInputs inputs)
    {
        if (_recording == _recordings)
            return SourceStep.End;
        if (_step == _stepsEach)
        {
            _step = 0;
            _recording++;
            return IsBatch ? SourceStep.RecordingEnd : SourceStep.End;
        }

        for (var input = 0; input < _readers.Length; input++)
        {
            if (inputs.Infos[input].Type == ElementType.F32)
                RequireFilled(_readers[input].Read(inputs.Floats(input)), inputs.Floats(input).Length);
            else
                RequireFilled(_readers[input].Read(inputs.Ids(input)), inputs.Ids(input).Length);
        }

        _step++;
        return SourceStep.Step;
    }

    public void Dispose()
    {
        foreach (var reader in _readers)
            reader.Dispose();
    }

    private static bool IsSingleSamples(NpyHeader header, InputInfo input) =>
        input.Type == ElementType.F32 && input.Length > 1 && header.Shape is [_] or [_, 1]
        && RecordingShape.Match(header.Shape, input.Shape) is null;

    private static RecordingShape CommonShape(string name, List<NpyReader> readers, IReadOnlyList<InputInfo> inputs)
    {
        RecordingShape? common = null;
        for (var i = 0; i < readers.Count; i++)
        {
            var (header, input) = (readers[i].Header, inputs[i]);
            if (input.Type != ElementType.F32 && header.IsFloat)
            {
                throw new EdgeSeqException(
                    ErrorCodes.RecordingShape, $"{name} holds floats, input '{input.Name}' takes whole numbers", "save x.astype('<i8')");
            }

            var shape = RecordingShape.Match(header.Shape, input.Shape) ?? throw new EdgeSeqException(
                ErrorCodes.RecordingShape,
                $"{name} has shape [{string.Join(',', header.Shape)}], input '{input.Name}' takes [{string.Join(',', input.Shape)}] a step",
                "the file must have shape [T, S…] (one recording) or [N, T, S…] (N recordings), S with or without its dimensions of 1");
            if (common is not null && common != shape)
                throw new EdgeSeqException(ErrorCodes.RecordingShape, $"{name}: the files of the inputs differ in recordings or steps");
            common = shape;
        }

        return common!;
    }

    /// <summary>The header promised these elements; less means that the file was cut while we read.</summary>
    private void RequireFilled(int read, int length)
    {
        if (read < length)
            throw new EdgeSeqException(ErrorCodes.RecordingMalformed, $"{Name} ended early, at recording {_recording}, step {_step}");
    }
}
