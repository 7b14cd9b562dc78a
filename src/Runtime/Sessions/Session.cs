using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>One stream through a model. Not thread-safe; a step allocates nothing and takes no lock.</summary>
public sealed unsafe class Session : IDisposable
{
    private readonly Model _model;
    private readonly NativeBlock _block;
    private readonly Clocks _clocks;
    private readonly long _maxSteps;
    private bool _inputsAreFinite;
    private bool _hasGoodInputs;
    private bool _disposed;

    internal Session(Model model)
    {
        var acquired = false;
        model.Image.DangerousAddRef(ref acquired);
        _model = model;
        _block = new NativeBlock(model.Layout.Bytes);
        _clocks = new Clocks(model.Program.Clocks);
        _maxSteps = model.Program.MaxSteps ?? long.MaxValue;
        Reset();
    }

    ~Session() => Release();

    /// <summary>Steps done since the last reset.</summary>
    public long StepCount
    {
        get
        {
            ThrowIfDisposed();
            return *(long*)_block.Pointer;
        }
    }

    /// <summary>What happens with a NaN or an infinity in an input; refused unless set otherwise.</summary>
    public NonFiniteInput NonFinite { get; set; }

    /// <summary>Steps refused because of a NaN or an infinity in an input.</summary>
    public long RefusedSteps { get; private set; }

    /// <summary>Steps done with the last good inputs instead.</summary>
    public long HeldSteps { get; private set; }

    public bool LastStepRefused { get; private set; }

    private Span<byte> State => new(_block.Pointer, (int)_model.StateBytes);

    private Span<byte> GoodInputs =>
        new(_block.Pointer + _model.Layout.Bytes - _model.Layout.InputBytes, (int)_model.Layout.InputBytes);

    /// <summary>One step of a program with one F32 input; copies its first output, which must be F32.</summary>
    /// <param name="input">One element along time, exactly the input's length.</param>
    /// <param name="output">Exactly the output's length.</param>
    /// <returns>True when the output was produced; otherwise <paramref name="output"/> is left as it was.</returns>
    /// <exception cref="ArgumentException">A span has not exactly the length of the input or output.</exception>
    /// <exception cref="EdgeSeqException">ES0501 past the model's last position, ES0503 where the program has other inputs.</exception>
    public bool Step(ReadOnlySpan<float> input, Span<float> output)
    {
        ThrowIfDisposed();
        if (_model.Inputs.Count != 1 || _model.Inputs[0].Type != ElementType.F32 || _model.Outputs[0].Type != ElementType.F32)
            ThrowWrongSignature();
        if (input.Length != _model.Inputs[0].Length)
            ThrowWrongLength("input", input.Length, _model.Inputs[0].Length);
        if (output.Length != _model.Outputs[0].Length)
            ThrowWrongLength("output", output.Length, _model.Outputs[0].Length);
        input.CopyTo(Input(0));
        Step();
        if (!IsReady(0))
            return false;
        Output(0).CopyTo(output);
        return true;
    }

    /// <summary>One step with the content of the input spans.</summary>
    /// <returns>True when at least one output was produced.</returns>
    /// <exception cref="EdgeSeqException">ES0501 past the model's last position, ES0502 for an id outside its table;
    /// the state is then as before.</exception>
    public bool Step()
    {
        Check();
        if (!Begin())
            return false;
        RunOps();
        return End();
    }

    /// <summary>The F32 input to fill before <see cref="Step()"/>; it keeps its content between steps.</summary>
    /// <exception cref="EdgeSeqException">ES0503 where the input is I64.</exception>
    public Span<float> Input(int input)
    {
        ThrowIfDisposed();
        ref readonly var slot = ref _model.Layout.Inputs[input];
        if (!slot.IsFloat)
            ThrowWrongType("input", input);
        return new Span<float>(_block.Pointer + slot.Offset, slot.Length);
    }

    /// <summary>The I64 input to fill before <see cref="Step()"/>; it keeps its content between steps.</summary>
    /// <exception cref="EdgeSeqException">ES0503 where the input is F32.</exception>
    public Span<long> InputI64(int input)
    {
        ThrowIfDisposed();
        ref readonly var slot = ref _model.Layout.Inputs[input];
        if (slot.IsFloat)
            ThrowWrongType("input", input);
        return new Span<long>(_block.Pointer + slot.Offset, slot.Length);
    }

    /// <summary>An F32 output after the step that produced it.</summary>
    /// <exception cref="EdgeSeqException">ES0503 where the output is I64.</exception>
    public ReadOnlySpan<float> Output(int output)
    {
        ThrowIfDisposed();
        if (_model.Outputs[output].Type != ElementType.F32)
            ThrowWrongType("output", output);
        return new ReadOnlySpan<float>(Address(_model.Program.Outputs[output].Value), _model.Outputs[output].Length);
    }

    /// <summary>An I64 output after the step that produced it.</summary>
    /// <exception cref="EdgeSeqException">ES0503 where the output is F32.</exception>
    public ReadOnlySpan<long> OutputI64(int output)
    {
        ThrowIfDisposed();
        if (_model.Outputs[output].Type != ElementType.I64)
            ThrowWrongType("output", output);
        return new ReadOnlySpan<long>(Address(_model.Program.Outputs[output].Value), _model.Outputs[output].Length);
    }

    /// <summary>Whether the last step produced this output.</summary>
    public bool IsReady(int output) => _clocks.Ticks(_model.Program.Outputs[output].Clock);

    /// <summary>Back to step 0 and the initial state; the counters of refused and held steps stay.</summary>
    public void Reset()
    {
        ThrowIfDisposed();
        ClearArena();
        State.Clear();
        foreach (var initial in _model.Initials)
            Buffer.MemoryCopy((void*)initial.Address, _block.Pointer + initial.StateOffset, initial.Bytes, initial.Bytes);
        _hasGoodInputs = false;
        _clocks.Seek(0);
    }

    /// <summary>Writes the state; <see cref="Restore"/> on any session of the same program goes on from it bit for bit.</summary>
    public void Save(Stream stream)
    {
        ThrowIfDisposed();
        Snapshot.Write(stream, _model.Identity, State, _hasGoodInputs, GoodInputs);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="EdgeSeqException">ES0350 to ES0352; the session is then as before.</exception>
    public void Restore(Stream stream)
    {
        ThrowIfDisposed();
        var snapshot = Snapshot.Read(stream, _model, GoodInputs.Length);
        snapshot.State.CopyTo(State);
        snapshot.GoodInputs.CopyTo(GoodInputs);
        _hasGoodInputs = snapshot.HasGoodInputs;
        ClearArena();
        _clocks.Seek(*(long*)_block.Pointer);
    }

    /// <summary>Releases the session's memory and its hold on the model's file.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>First part of a step: throws what <see cref="Step()"/> throws, with inputs and state untouched.</summary>
    internal void Check()
    {
        ThrowIfDisposed();
        _clocks.Silence();
        LastStepRefused = false;
        if (StepCount >= _maxSteps)
            ThrowStepsExhausted();
        _inputsAreFinite = InputsAreFinite();
        if (_inputsAreFinite)
            RequireIdsInRange();
    }

    /// <summary>Second part: takes the inputs. False where the step is refused.</summary>
    internal bool Begin()
    {
        if (!TakeInputs())
            return false;
        _clocks.Advance(StepCount);
        return true;
    }

    /// <summary>Third part, with the ops on this clock where it ticks: whether it does, and the frame for them.</summary>
    internal bool TryFrame(int clock, byte* scratch, out Frame frame)
    {
        frame = FrameWith(scratch);
        frame.Tick = _clocks.Index(clock);
        return _clocks.Ticks(clock);
    }

    /// <summary>Last part. True when at least one output was produced.</summary>
    internal bool End()
    {
        ++*(long*)_block.Pointer;
        return AnyReady();
    }

    private void RunOps()
    {
        var frame = FrameWith(_block.Pointer + _model.Layout.Scratch);
        var ops = _model.Schedule.Ops;
        var clocks = _model.Schedule.Clocks;
        for (var i = 0; i < ops.Length; i++)
        {
            if (!_clocks.Ticks(clocks[i]))
                continue;
            frame.Tick = _clocks.Index(clocks[i]);
            ops[i].Step(frame);
        }
    }

    private Frame FrameWith(byte* scratch) => new()
    {
        State = _block.Pointer,
        Arena = _block.Pointer + _model.Layout.Arena,
        Scratch = scratch,
        Step = StepCount,
    };

    /// <summary>Copies the inputs to their values, or the last good ones instead; false where the step is refused.</summary>
    private bool TakeInputs()
    {
        if (_inputsAreFinite)
        {
            new ReadOnlySpan<byte>(_block.Pointer + _model.Layout.Bytes - (2 * _model.Layout.InputBytes), (int)_model.Layout.InputBytes)
                .CopyTo(GoodInputs);
            _hasGoodInputs = true;
        }
        else if (NonFinite == NonFiniteInput.Hold && _hasGoodInputs)
        {
            HeldSteps++;
        }
        else
        {
            RefusedSteps++;
            LastStepRefused = true;
            return false;
        }

        foreach (ref readonly var slot in _model.Layout.Inputs.AsSpan())
            Buffer.MemoryCopy(_block.Pointer + slot.Offset + _model.Layout.InputBytes, Address(slot.Value), slot.Bytes, slot.Bytes);

        return true;
    }

    private bool InputsAreFinite()
    {
        foreach (ref readonly var slot in _model.Layout.Inputs.AsSpan())
        {
            if (slot.IsFloat && !TensorPrimitives.IsFiniteAll(new ReadOnlySpan<float>(_block.Pointer + slot.Offset, slot.Length)))
                return false;
        }

        return true;
    }

    private void RequireIdsInRange()
    {
        foreach (var range in _model.IdRanges)
        {
            foreach (var id in InputI64(range.Input))
            {
                if (id < -range.Rows || id >= range.Rows)
                    ThrowIdOutOfRange(range, id);
            }
        }
    }

    private bool AnyReady()
    {
        foreach (var output in _model.Program.Outputs)
        {
            if (_clocks.Ticks(output.Clock))
                return true;
        }

        return false;
    }

    private byte* Address(int value)
    {
        var loaded = _model.Values[value];
        return loaded.Place switch
        {
            ValuePlace.State => _block.Pointer + loaded.Address,
            ValuePlace.Arena => _block.Pointer + _model.Layout.Arena + loaded.Address,
            _ => (byte*)loaded.Address,
        };
    }

    private void ClearArena() => new Span<byte>(_block.Pointer + _model.Layout.Arena, (int)_model.ArenaBytes).Clear();

    private void Release()
    {
        // The constructor may have thrown before it had these.
        _block?.Dispose();
        if (_model is not null)
            _model.Image.DangerousRelease();
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    [DoesNotReturn]
    private void ThrowStepsExhausted() => throw new EdgeSeqException(
        ErrorCodes.StepsExhausted,
        $"{_model.Program.Name}: the model has positions for {_maxSteps} steps, all are used",
        "reset the session, or convert with --positions clamp or wrap, or a larger --max-context");

    [DoesNotReturn]
    private void ThrowIdOutOfRange(IdRange range, long id) => throw new EdgeSeqException(
        ErrorCodes.IdOutOfRange,
        $"input '{_model.Inputs[range.Input].Name}': id {id}, the model's table has {range.Rows} rows",
        "use the vocabulary that the model was trained with");

    [DoesNotReturn]
    private void ThrowWrongSignature() => throw new EdgeSeqException(
        ErrorCodes.WrongSignature,
        $"{_model.Program.Name} has {_model.Inputs.Count} inputs; Step(input, output) needs one F32 input and a first output in F32",
        "fill Input(i) or InputI64(i), call Step() and read Output(i)");

    [DoesNotReturn]
    private void ThrowWrongType(string kind, int index) => throw new EdgeSeqException(
        ErrorCodes.WrongSignature, $"{kind} {index} of {_model.Program.Name} has the other element type (F32 or I64)");

    [DoesNotReturn]
    private static void ThrowWrongLength(string name, int given, int expected) =>
        throw new ArgumentException($"{name} has {given} elements, the model's has {expected}", name);
}
