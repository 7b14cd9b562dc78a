using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Runtime.Program;

/// <summary>Verifies what a program says about values, clocks and ports, so that later code may index without asking again.
/// Ops verify their own operands and attributes.</summary>
internal sealed class ProgramVerifier
{
    private readonly ProgramFile _file;
    private readonly ProgramSpec _program;

    public ProgramVerifier(ProgramFile file)
    {
        _file = file;
        _program = file.Program;
    }

    /// <summary>The verified values in the program's order.</summary>
    public LoadedValue[] Values { get; private set; } = [];

    public List<InitialContent> Initials { get; } = [];

    /// <param name="memoryLimit">Most bytes of state and arena.</param>
    /// <param name="isSingleStep">A call will be one step: outputs may come at any.</param>
    /// <exception cref="EdgeSeqException">ES0107, ES0109, ES0110, ES0113 to ES0116.</exception>
    public void Verify(long memoryLimit, bool isSingleStep)
    {
        RequireMemory(memoryLimit);
        Values = Array.ConvertAll(_program.Values, Verified);
        RequireClocks();
        if (_program.RateHz is { } rate && !(rate > 0 && double.IsFinite(rate)))
            throw Error(ErrorCodes.PortInvalid, $"rateHz {rate} is not above 0");
        RequirePorts();
        if (_program.MaxSteps is < 1)
            throw Error(ErrorCodes.ProgramInvalid, $"maxSteps {_program.MaxSteps} is below 1");
        if (_program.Delay < 0)
            throw Error(ErrorCodes.ProgramInvalid, $"delay {_program.Delay} is below 0");
        RequireCalls(isSingleStep);
        if (_program.Mode is not ("stream" or "step" or "window"))
            throw Error(ErrorCodes.ProgramInvalid, $"mode '{_program.Mode}' is not stream, step or window");
        TextVerifier.Verify(_file);
        SelfTestVerifier.Verify(_file, Values);
    }

    /// <summary>Elements of a shape.</summary>
    internal static long? Elements(int[] shape)
    {
        long elements = 1;
        foreach (var dimension in shape)
        {
            if (dimension < 1 || elements > int.MaxValue / dimension)
                return null;
            elements *= dimension;
        }

        return elements;
    }

    /// <summary>A call takes whole elements of the inputs, and outputs come all at once at the end of each call, or at the end of every
    /// so many.</summary>
    private void RequireCalls(bool isSingleStep)
    {
        RequireCallSteps("inputRate", _program.InputRate);
        RequireCallSteps("chunk", _program.Chunk);
        if ((_program.Chunk ?? _program.InputRate) is not { } steps)
            return;
        if (steps % (_program.InputRate ?? 1) != 0)
            throw Error(ErrorCodes.ProgramInvalid, $"chunk {steps} is no multiple of inputRate {_program.InputRate}");
        foreach (var output in isSingleStep ? [] : _program.Outputs)
        {
            var clock = _program.Clocks[output.Clock];
            if (clock.Rate % steps != 0 && (steps % clock.Rate != 0 || (output.Kind == "stream" && clock.Offset % steps >= clock.Rate)))
                throw Error(ErrorCodes.PortInvalid, $"output '{output.Name}' does not come evenly in calls of {steps} steps");
        }
    }

    private void RequireCallSteps(string member, int? steps)
    {
        if (steps is < 2 or > ProgramSpec.MaxChunk)
            throw Error(ErrorCodes.ProgramInvalid, $"{member} {steps} is not 2 to {ProgramSpec.MaxChunk}");
    }

    private void RequireMemory(long limit)
    {
        if (_program.StateBytes < ProgramSpec.StateHeaderBytes || _program.StateBytes % ProgramSpec.Alignment != 0)
            throw Error(ErrorCodes.ProgramInvalid, $"stateBytes {_program.StateBytes} is not a multiple of 64 from 64 up");
        if (_program.ArenaBytes < 0 || _program.ArenaBytes % ProgramSpec.Alignment != 0)
            throw Error(ErrorCodes.ProgramInvalid, $"arenaBytes {_program.ArenaBytes} is not a multiple of 64");
        // Spans end at int.MaxValue bytes, whatever the limit.
        limit = Math.Min(limit, int.MaxValue);
        if (_program.StateBytes > limit || _program.ArenaBytes > limit - _program.StateBytes)
        {
            throw Error(
                ErrorCodes.MemoryTooLarge,
                $"state of {_program.StateBytes} and arena of {_program.ArenaBytes} bytes pass the limit of {limit}");
        }
    }

    private LoadedValue Verified(ValueSpec value)
    {
        var elements = Elements(value.Shape) ?? throw ValueError(value, $"shape [{string.Join(',', value.Shape)}] is out of range");
        if (value.Place == ValuePlace.Constant)
        {
            return new LoadedValue(value.Name, value.Type, value.Place, (int)elements,
                _file.Address(Tensor(value, value.Tensor, elements)));
        }

        var state = value.Place == ValuePlace.State;
        var start = state ? ProgramSpec.StateHeaderBytes : 0;
        var end = state ? _program.StateBytes : _program.ArenaBytes;
        var bytes = elements * value.Type.Size();
        if (value.Offset < start || value.Offset % ProgramSpec.Alignment != 0 || value.Offset > end || bytes > end - value.Offset)
            throw ValueError(value, $"{bytes} bytes at offset {value.Offset} do not lie in {start} to {end} on a multiple of 64");
        if (value.Initial is not null)
        {
            if (!state)
                throw ValueError(value, "only a state has an initial content");
            Initials.Add(new InitialContent(_file.Address(Tensor(value, value.Initial, elements)), value.Offset, bytes));
        }

        return new LoadedValue(value.Name, value.Type, value.Place, (int)elements, (nint)value.Offset);
    }

    private SafetensorsEntry Tensor(ValueSpec value, string? tensor, long elements)
    {
        var entry = tensor is null ? null : _file.Find(tensor);
        if (entry is null)
            throw ValueError(value, $"there is no tensor '{tensor}'");
        if (entry.Dtype != value.Type.Dtype() || entry.Bytes != elements * value.Type.Size())
        {
            throw ValueError(value,
                $"tensor '{tensor}' is {entry.Dtype} [{string.Join(',', entry.Shape)}], not {value.Type.Dtype()} × {elements}");
        }

        if (_file.Address(entry) % ProgramSpec.Alignment != 0)
            throw ValueError(value, $"tensor '{tensor}' is padding");
        return entry;
    }

    private void RequireClocks()
    {
        if (_program.Clocks is not [{ Rate: 1, Offset: 0 }, ..])
            throw Error(ErrorCodes.ClockInvalid, "clock 0 must tick at every step");
        for (var i = 0; i < _program.Clocks.Length; i++)
        {
            var clock = _program.Clocks[i];
            if (clock.Rate < 1 || clock.Offset < 0)
                throw Error(ErrorCodes.ClockInvalid, $"clock {i} has rate {clock.Rate} and offset {clock.Offset}");
        }
    }

    private void RequirePorts()
    {
        foreach (var input in _program.Inputs)
        {
            RequirePort("input", input.Name, input.Value, input.Shape, input.Type);
            if (Values[input.Value].Place == ValuePlace.Constant)
                throw Error(ErrorCodes.PortInvalid, $"input '{input.Name}' is a constant");
            RequireDescription(input);
        }

        foreach (var output in _program.Outputs)
        {
            RequirePort("output", output.Name, output.Value, output.Shape, output.Type);
            if ((uint)output.Clock >= (uint)_program.Clocks.Length)
                throw Error(ErrorCodes.PortInvalid, $"output '{output.Name}': there is no clock {output.Clock}");
            if (output.Kind is not ("stream" or "latest"))
                throw Error(ErrorCodes.PortInvalid, $"output '{output.Name}': kind '{output.Kind}' is not stream or latest");
            if (output.Tail < 0)
                throw Error(ErrorCodes.PortInvalid, $"output '{output.Name}': tail {output.Tail} is below 0");
            if (output.Labels is { } labels && labels.Length != (output.Shape.Length == 0 ? 1 : output.Shape[^1]))
            {
                throw Error(ErrorCodes.PortInvalid,
                    $"output '{output.Name}': {labels.Length} labels for shape [{string.Join(',', output.Shape)}]");
            }
        }

        if (_program.Outputs.Length == 0)
            throw Error(ErrorCodes.PortInvalid, "there is no output");
        RequireDistinct("input", _program.Inputs.Select(i => i.Name));
        RequireDistinct("output", _program.Outputs.Select(o => o.Name));
    }

    private void RequireDescription(InputSpec input)
    {
        var length = Values[input.Value].Length;
        if (input.Hop is { } hop && (hop < 1 || hop > length))
            throw Error(ErrorCodes.PortInvalid, $"input '{input.Name}': hop {hop} is not between 1 and its {length} elements");
        if (input.Channels is { } channels && channels.Length != length && !(input.Hop is not null && channels.Length == 1))
            throw Error(ErrorCodes.PortInvalid, $"input '{input.Name}': {channels.Length} channels for {length} elements");
    }

    private void RequirePort(string kind, string name, int value, int[] shape, ElementType type)
    {
        if ((uint)value >= (uint)Values.Length)
            throw Error(ErrorCodes.PortInvalid, $"{kind} '{name}': there is no value {value}");
        if (type is not (ElementType.F32 or ElementType.I64) || type != Values[value].Type)
            throw Error(ErrorCodes.PortInvalid, $"{kind} '{name}': type {type} is not F32 or I64, or not its value's {Values[value].Type}");
        if (Elements(shape) != Values[value].Length)
        {
            throw Error(
                ErrorCodes.PortInvalid,
                $"{kind} '{name}': shape [{string.Join(',', shape)}] does not hold its value's {Values[value].Length}");
        }
    }

    private void RequireDistinct(string kind, IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!seen.Add(name))
                throw Error(ErrorCodes.PortInvalid, $"two {kind}s are named '{name}'");
        }
    }

    private EdgeSeqException ValueError(ValueSpec value, string problem) =>
        Error(ErrorCodes.ValueInvalid, $"value '{value.Name}': {problem}");

    private EdgeSeqException Error(ErrorCode code, string problem) => new(code, $"{_file.Name}: {problem}", Hints.Reconvert);
}
