using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sources;

/// <summary>Recordings from one .npy file, or from a folder with one NAME.npy for each input: [T, S…] (one recording) or [N, T, S…], with S
/// an input's shape as <see cref="RecordingShape"/> says.</summary>
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
        var isFolder = InputFile.IsFolder(path);
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
            return new NpySource(name, [.. readers], CommonShape(name, readers, context));
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

    /// <summary>One long row or column, where a step takes several values.</summary>
    private static bool IsSingleSamples(NpyHeader header, InputInfo input) =>
        input.Type == ElementType.F32 && input.Length > 1 && header.Shape is [_] or [_, 1] or [1, _]
        && RecordingShape.Readings(header.Shape, input.Shape) is [];

    /// <summary>The reading that the files of all inputs have in common.</summary>
    private static RecordingShape CommonShape(string name, List<NpyReader> readers, SourceContext context)
    {
        IReadOnlyList<RecordingShape>? common = null;
        for (var i = 0; i < readers.Count; i++)
        {
            var (header, input) = (readers[i].Header, context.Inputs[i]);
            if (input.Type != ElementType.F32 && header.IsFloat)
            {
                throw new EdgeSeqException(
                    ErrorCodes.RecordingShape, $"{name} holds floats, input '{input.Name}' takes whole numbers", "save x.astype('<i8')");
            }

            var readings = RecordingShape.Readings(header.Shape, input.Shape, context.Chunk);
            if (readings is [])
            {
                throw new EdgeSeqException(
                    ErrorCodes.RecordingShape,
                    $"{name} has shape [{string.Join(',', header.Shape)}], input '{input.Name}' takes "
                    + $"[{string.Join(',', input.Shape)}] a step",
                    "the file must have shape [T, S…] (one recording) or [N, T, S…] (N recordings), S with or without its dimensions of 1");
            }

            common = common is null ? readings : [.. common.Intersect(readings)];
            if (common is [])
                throw new EdgeSeqException(ErrorCodes.RecordingShape, $"{name}: the files of the inputs differ in recordings or steps");
        }

        return Chosen(name, common!, context);
    }

    private static RecordingShape Chosen(string name, IReadOnlyList<RecordingShape> readings, SourceContext context)
    {
        if (context.Recordings == RecordingsWanted.Usual)
        {
            if (readings.Count > 1)
            {
                context.Warn($"{name} is read as {readings[0]}; --recordings {(readings[1].Recordings is null ? "one" : "many")} reads "
                    + $"it as {readings[1]}");
            }

            return readings[0];
        }

        return readings.FirstOrDefault(reading => reading.Recordings is null == (context.Recordings == RecordingsWanted.One))
            ?? throw new EdgeSeqException(
                ErrorCodes.RecordingShape,
                $"{name} is {readings[0]} and cannot be read as {(context.Recordings == RecordingsWanted.One ? "one" : "several")}",
                "leave --recordings out");
    }

    /// <summary>The header promised these elements; less means that the file was cut while we read.</summary>
    private void RequireFilled(int read, int length)
    {
        if (read < length)
            throw new EdgeSeqException(ErrorCodes.RecordingMalformed, $"{Name} ended early, at recording {_recording}, step {_step}");
    }
}
