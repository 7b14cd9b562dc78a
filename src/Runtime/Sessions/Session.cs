using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>One stream through a model, for one thread at a time. A step allocates nothing and waits for no lock.</summary>
public sealed unsafe partial class Session : IDisposable
{
    private readonly Model _model;
    private readonly NativeBlock _block;
    private readonly Clocks _clocks;
    private readonly StateKeeper _keeper;
    private readonly QuietSteps? _quiet;
    private readonly BoundInput[] _inputs;
    private readonly BoundOutput[] _outputs;
    private readonly IdRange[] _idRanges;
    private readonly StepOp[] _ops;
    private readonly int[] _opClocks;
    private readonly byte* _goodInputs;
    private readonly long _inputBytes;
    private readonly long _arena;
    private readonly int _callSteps;
    private readonly int _inputRate;
    private readonly SessionLayout _layout;

    /// <summary>Frames of the steps of a call that are done side by side; empty where none are.</summary>
    private readonly Frame[] _parts;

    /// <summary>Elements of each output that the last call gave, where it is of several steps.</summary>
    private readonly int[] _arrived;
    private readonly long _maxSteps;
    private Frame _frame;
    private bool _inputsAreFinite;
    private bool _holds;
    private bool _hasGoodInputs;
    private bool _disposed;
    private UseGuard _guard;

    /// <param name="layout">Of calls of <paramref name="steps"/>.</param>
    /// <param name="steps">Steps of the program in a call.</param>
    internal Session(Model model, SessionLayout layout, int steps)
    {
        var acquired = false;
        model.Image.DangerousAddRef(ref acquired);
        _model = model;
        _callSteps = steps;
        _inputRate = model.InputRate;
        _layout = layout;
        _parts = new Frame[layout.SideBySide > 1 ? layout.SideBySide : 0];
        _arrived = new int[steps > 1 ? model.Program.Outputs.Length : 0];
        _block = new NativeBlock(layout.Bytes);
        _clocks = new Clocks(model.Program.Clocks);
        _maxSteps = model.Program.MaxSteps ?? long.MaxValue;
        _idRanges = model.IdRanges;
        _ops = model.Schedule.Ops;
        _opClocks = model.Schedule.Clocks;
        _inputBytes = layout.InputBytes;
        _arena = layout.Arena;
        _goodInputs = _block.Pointer + layout.GoodInputs;
        _inputs = Array.ConvertAll(layout.Inputs, Bind);
        _outputs = new BoundOutput[model.Program.Outputs.Length];
        for (var i = 0; i < _outputs.Length; i++)
            _outputs[i] = Bind(model.Program.Outputs[i], i);
        _frame = new Frame
        {
            State = _block.Pointer,
            Arena = _block.Pointer + layout.Arena,
            Scratch = _block.Pointer + layout.Scratch,
            Kept = _block.Pointer + layout.Kept,
            Fault = _block.Pointer + layout.Kept - 1,
        };
        _quiet = _inputs is [{ IsFloat: true }] && _inputRate == 1 ? QuietSteps.Find(model, _frame, _inputs[0].Value) : null;
        _keeper = new StateKeeper(model.Schedule.StateWrites, _block.Pointer, _block.Pointer + layout.KeptStates);
        Reset();
    }

    ~Session() => Release();

    /// <summary>Calls of steps done since the last reset.</summary>
    public long StepCount
    {
        get
        {
            ThrowIfDisposed();
            return Steps / _callSteps;
        }
    }

    /// <summary>What happens with a NaN or an infinity in an input, and with one that a step would leave in the state (after an overflow,
    /// or 0 / 0); refused unless set otherwise.</summary>
    public NonFiniteInput NonFinite { get; set; }

    /// <summary>Steps refused because of a NaN or an infinity in an input or in what would be the state.</summary>
    public long RefusedSteps { get; private set; }

    /// <summary>Steps done with the last good inputs instead.</summary>
    public long HeldSteps { get; private set; }

    /// <summary>Whether the last step was refused; for a member of a <see cref="SessionGroup"/>, whose step tells of all members.</summary>
    public bool LastStepRefused { get; private set; }

    /// <summary>The state begins with it.</summary>
    private ref long Steps => ref *(long*)_frame.State;

    private Span<byte> State => new(_block.Pointer, (int)_model.StateBytes);

    private Span<byte> GoodInputs => new(_goodInputs, (int)_inputBytes);

    /// <summary>One step of a program with one F32 input; copies its first output, which must be F32.</summary>
    /// <param name="input">One element along time, exactly the input's length.</param>
    /// <param name="output">Exactly the output's length. Left as it was where the step has no output.</param>
    /// <exception cref="ArgumentException">A span has not exactly the length of the input or output.</exception>
    /// <exception cref="EdgeSeqException">ES0501 past the model's last position, ES0503 where the program has other inputs, ES0504 while
    /// another thread uses the session.</exception>
    public StepResult Step(ReadOnlySpan<float> input, Span<float> output)
    {
        _guard.Enter();
        try
        {
            RequireSignature(ElementType.F32, input.Length, output.Length);
            input.CopyTo(new Span<float>(_inputs[0].Given, input.Length));
            return StepInto(output);
        }
        finally
        {
            _guard.Leave();
        }
    }

    /// <summary>One step of a program whose only input is one id (a token) a step; copies its first output, which must be F32.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{float}, Span{float})"/>
    /// <exception cref="EdgeSeqException">ES0502 for an id outside its table, too.</exception>
    public StepResult Step(long id, Span<float> output) => Step(new ReadOnlySpan<long>(in id), output);

    /// <summary>One step of a program with one I64 input; copies its first output, which must be F32.</summary>
    /// <inheritdoc cref="Step(long, Span{float})"/>
    [OverloadResolutionPriority(-1)]
    public StepResult Step(ReadOnlySpan<long> input, Span<float> output)
    {
        _guard.Enter();
        try
        {
            RequireSignature(ElementType.I64, input.Length, output.Length);
            input.CopyTo(InputI64(0));
            return StepInto(output);
        }
        finally
        {
            _guard.Leave();
        }
    }

    /// <inheritdoc cref="Step(ReadOnlySpan{long}, Span{float})"/>
    [OverloadResolutionPriority(-2)]
    public StepResult Step(ReadOnlySpan<int> input, Span<float> output)
    {
        _guard.Enter();
        try
        {
            RequireSignature(ElementType.I64, input.Length, output.Length);
            TensorPrimitives.ConvertChecked(input, InputI64(0));
            return StepInto(output);
        }
        finally
        {
            _guard.Leave();
        }
    }

    /// <summary>One step with the content of the input spans.</summary>
    /// <exception cref="EdgeSeqException">ES0501 past the model's last position, ES0502 for an id outside its table (the state is then as
    /// before), ES0504 while another thread uses the session.</exception>
    public StepResult Step()
    {
        _guard.Enter();
        try
        {
            return StepOnce();
        }
        finally
        {
            _guard.Leave();
        }
    }

    /// <summary>Back to step 0 and the initial state; the counters of refused and held steps stay.</summary>
    /// <exception cref="EdgeSeqException">ES0504 while another thread uses the session.</exception>
    public void Reset() => Guarded(static (session, _) =>
    {
        session.ClearArena();
        session.State.Clear();
        foreach (var initial in session._model.Initials)
            Buffer.MemoryCopy((void*)initial.Address, session._block.Pointer + initial.StateOffset, initial.Bytes, initial.Bytes);
        session._hasGoodInputs = false;
        session.StartAnew();
        session._keeper.TryKeep();
        session._clocks.Seek(0);
    });

    /// <summary>Writes the state; <see cref="Restore"/> on any session of the same program goes on from it bit for bit.</summary>
    /// <exception cref="EdgeSeqException">ES0504 while another thread uses the session.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Guarded(static (session, stream) =>
        {
            session.RequireNotFlushed();
            Snapshot.Write(stream!, session._model.Identity, session.State, session._hasGoodInputs, session.GoodInputs);
        }, stream);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="EdgeSeqException">ES0350 to ES0352, ES0504 while another thread uses the session; it is then as
    /// before.</exception>
    public void Restore(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Guarded(static (session, stream) =>
        {
            var snapshot = Snapshot.Read(stream!, session._model, session.GoodInputs.Length);
            snapshot.State.CopyTo(session.State);
            snapshot.GoodInputs.CopyTo(session.GoodInputs);
            session._hasGoodInputs = snapshot.HasGoodInputs;
            session.StartAnew();
            session._keeper.TryKeep();
            session.ClearArena();
            session._clocks.Seek(*(long*)session._block.Pointer);
        }, stream);
    }

    /// <summary>Releases the session's memory and its hold on the model's file.</summary>
    /// <exception cref="EdgeSeqException">ES0504 while another thread uses the session, which then stays as it is: memory is never freed
    /// under a running step.</exception>
    public void Dispose()
    {
        if (_disposed)
            return;
        _guard.Enter();
        _disposed = true;
        Release();
        _guard.Leave();
        GC.SuppressFinalize(this);
    }

    private void StartAnew()
    {
        _frame.Flushed = 0;
        _isFlushed = false;
        _isEnd = false;
    }

    private void Guarded(Action<Session, Stream?> action, Stream? stream = null)
    {
        _guard.Enter();
        try
        {
            ThrowIfDisposed();
            action(this, stream);
        }
        finally
        {
            _guard.Leave();
        }
    }

    private BoundInput Bind(SessionLayout.InputSlot slot) => new(_block.Pointer + slot.Offset, Address(slot.Value), slot);

    private BoundOutput Bind(OutputSpec output, int index)
    {
        var value = Address(output.Value);
        var place = _model.Values[output.Value];
        return new BoundOutput(_callSteps == 1 ? value : _block.Pointer + _layout.Outputs[index], value, place.Length,
            SessionLayout.OutputsOf(_model.Program, output, _callSteps), output.Type == ElementType.F32, output.Clock, output.Tail ?? 0,
            place.Place == ValuePlace.Arena);
    }

    private byte* Address(int value)
    {
        var loaded = _model.Values[value];
        return loaded.Place switch
        {
            ValuePlace.State => _block.Pointer + loaded.Address,
            ValuePlace.Arena => _block.Pointer + _arena + loaded.Address,
            _ => (byte*)loaded.Address,
        };
    }

    private void ClearArena() => new Span<byte>(_block.Pointer + _arena, (int)_model.ArenaBytes).Clear();

    private void Release()
    {
        // The constructor may have thrown before it had these.
        _block?.Dispose();
        if (_model is not null)
            _model.Image.DangerousRelease();
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
