using System.Diagnostics.CodeAnalysis;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <content>Inputs and outputs, by index and by name.</content>
public sealed unsafe partial class Session
{
    /// <summary>The F32 input to fill before <see cref="Step()"/>; it keeps its content between steps. The span is valid until the session
    /// is disposed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    /// <exception cref="EdgeSeqException">ES0503 where the input is I64.</exception>
    public Span<float> Input(int input)
    {
        ref readonly var bound = ref RequireInput(input);
        if (!bound.IsFloat)
            ThrowWrongType("input", input);
        return new Span<float>(bound.Given, bound.Length);
    }

    /// <inheritdoc cref="Input(int)"/>
    /// <exception cref="ArgumentException">There is no input of this name.</exception>
    public Span<float> Input(string name) => Input(_model.RequireInput(name));

    /// <summary>The I64 input to fill before <see cref="Step()"/>; it keeps its content between steps. The span is valid until the session
    /// is disposed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    /// <exception cref="EdgeSeqException">ES0503 where the input is F32.</exception>
    public Span<long> InputI64(int input)
    {
        ref readonly var bound = ref RequireInput(input);
        if (bound.IsFloat)
            ThrowWrongType("input", input);
        return new Span<long>(bound.Given, bound.Length);
    }

    /// <inheritdoc cref="InputI64(int)"/>
    /// <exception cref="ArgumentException">There is no input of this name.</exception>
    public Span<long> InputI64(string name) => InputI64(_model.RequireInput(name));

    /// <summary>An F32 output after the step that produced it. The span is valid until the session is disposed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    /// <exception cref="EdgeSeqException">ES0503 where the output is I64.</exception>
    public ReadOnlySpan<float> Output(int output)
    {
        ref readonly var bound = ref RequireOutput(output);
        if (!bound.IsFloat)
            ThrowWrongType("output", output);
        return new ReadOnlySpan<float>(bound.Address, LengthOf(output, bound));
    }

    /// <inheritdoc cref="Output(int)"/>
    /// <exception cref="ArgumentException">There is no output of this name.</exception>
    public ReadOnlySpan<float> Output(string name) => Output(_model.RequireOutput(name));

    /// <summary>An I64 output after the step that produced it. The span is valid until the session is disposed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    /// <exception cref="EdgeSeqException">ES0503 where the output is F32.</exception>
    public ReadOnlySpan<long> OutputI64(int output)
    {
        ref readonly var bound = ref RequireOutput(output);
        if (bound.IsFloat)
            ThrowWrongType("output", output);
        return new ReadOnlySpan<long>(bound.Address, LengthOf(output, bound));
    }

    /// <inheritdoc cref="OutputI64(int)"/>
    /// <exception cref="ArgumentException">There is no output of this name.</exception>
    public ReadOnlySpan<long> OutputI64(string name) => OutputI64(_model.RequireOutput(name));

    /// <summary>Whether the last step, or the last step of a flush, produced this output.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    public bool IsReady(int output) => IsReadyOf(output, RequireOutput(output));

    /// <inheritdoc cref="IsReady(int)"/>
    /// <exception cref="ArgumentException">There is no output of this name.</exception>
    public bool IsReady(string name) => IsReady(_model.RequireOutput(name));

    /// <summary>Values of an output that is ready; 0 where it is not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    internal int ReadyLength(int output)
    {
        ref readonly var bound = ref RequireOutput(output);
        return IsReadyOf(output, bound) ? LengthOf(output, bound) : 0;
    }

    private ref readonly BoundInput RequireInput(int input)
    {
        ThrowIfDisposed();
        if ((uint)input >= (uint)_inputs.Length)
            ThrowNoSuch(nameof(input), input, _model.Inputs.Select(info => info.Name));
        return ref _inputs[input];
    }

    private bool IsDue(in BoundOutput output) => _clocks.Ticks(output.Clock) && _frame.Flushed <= output.Tail;

    private bool IsReadyOf(int output, in BoundOutput bound) => _callSteps == 1 ? IsDue(bound)
        : _arrived[output] >= (_isEnd ? GroupOf(output) : bound.Elements);

    /// <summary>Values of an output that the last call gave: at the end of a recording those that there are.</summary>
    private int LengthOf(int output, in BoundOutput bound) =>
        _isEnd ? bound.Length / bound.Elements * (Math.Min(_arrived[output], bound.Elements) / GroupOf(output) * GroupOf(output))
            : bound.Length;

    /// <summary>Elements of an output that come together, as one of the input gives them.</summary>
    private int GroupOf(int output) => _model.ElementOutputs[output].Elements;

    private ref readonly BoundOutput RequireOutput(int output)
    {
        ThrowIfDisposed();
        if ((uint)output >= (uint)_outputs.Length)
            ThrowNoSuch(nameof(output), output, _model.Outputs.Select(info => info.Name));
        return ref _outputs[output];
    }

    /// <summary>For a step in one call: one input of this type, a first output in F32, and the caller's lengths.</summary>
    private void RequireSignature(ElementType type, int inputLength, int outputLength)
    {
        ThrowIfDisposed();
        if (_inputs.Length != 1 || _inputs[0].IsFloat != (type == ElementType.F32) || !_outputs[0].IsFloat)
            ThrowWrongSignature(type);
        if (inputLength != _inputs[0].Length)
            ThrowWrongLength("input", inputLength, _inputs[0].Length);
        if (outputLength != _outputs[0].Length)
            ThrowWrongLength("output", outputLength, _outputs[0].Length);
    }

    [DoesNotReturn]
    private void ThrowWrongSignature(ElementType type) => throw new EdgeSeqException(
        ErrorCodes.WrongSignature,
        $"{_model.Program.Name} takes {string.Join(", ", _model.Inputs.Select(info => $"{info.Type} '{info.Name}'"))} and gives "
        + $"{_model.Outputs[0].Type} '{_model.Outputs[0].Name}' first; a step in this one call is for one {type} input and F32 first",
        "pass an id or a long[] for an I64 input; otherwise fill Input(name) or InputI64(name), call Step() and read Output(name)");

    [DoesNotReturn]
    private void ThrowWrongType(string kind, int index) => throw new EdgeSeqException(
        ErrorCodes.WrongSignature, $"{kind} {index} of {_model.Program.Name} has the other element type (F32 or I64)");

    [DoesNotReturn]
    private void ThrowNoSuch(string kind, int index, IEnumerable<string> names) => throw new ArgumentOutOfRangeException(
        kind, index, $"{_model.Program.Name} has no {kind} {index}; counted from 0 they are {string.Join(", ", names)}");

    [DoesNotReturn]
    private static void ThrowWrongLength(string name, int given, int expected) =>
        throw new ArgumentException($"{name} has {given} elements, the model's has {expected}", name);
}
