using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Sessions;

/// <content>A step, part by part: a group does the parts of all its members side by side.</content>
public sealed unsafe partial class Session
{
    private bool MayHold => NonFinite == NonFiniteInput.Hold && _hasGoodInputs;

    /// <summary>Before <see cref="Check"/> and after <see cref="End"/>: no other thread may use the session in between.</summary>
    /// <exception cref="EdgeSeqException">ES0504.</exception>
    internal void Enter() => _guard.Enter();

    internal void Leave() => _guard.Leave();

    /// <summary>First part of a step: throws what <see cref="Step()"/> throws, with inputs and state untouched.</summary>
    /// <param name="steps">Of the call, where it has fewer than others.</param>
    internal void Check(int? steps = null)
    {
        ThrowIfDisposed();
        RequireNotFlushed();
        _clocks.Silence();
        LastStepRefused = false;
        if (Steps > _maxSteps - (steps ?? _callSteps))
            ThrowStepsExhausted();
        _inputsAreFinite = InputsAreFinite();
        if (_inputsAreFinite)
            RequireIdsInRange();
    }

    /// <summary>Second part: takes the inputs. False where the step is refused.</summary>
    internal bool Begin()
    {
        _holds = !_inputsAreFinite;
        if (_holds && !MayHold)
            return Refuse();
        TakeInputs();
        return true;
    }

    /// <summary>Third part, with the ops on this clock where it ticks: whether it does, and the frame for them.</summary>
    internal bool TryFrame(int clock, byte* scratch, out Frame frame)
    {
        frame = _frame with { Scratch = scratch, Step = Steps, Tick = _clocks.Index(clock) };
        return _clocks.Ticks(clock);
    }

    /// <summary>Last part: refused where a NaN or an infinity would stay in the state, which is then as before.</summary>
    internal StepOutcome End()
    {
        if (!IsStateGood() && !TryHold())
        {
            LeaveOut();
            return StepOutcome.Refused;
        }

        if (_holds)
            HeldSteps++;
        else
            KeepInputs();
        return Count();
    }

    /// <summary>As <see cref="Step()"/>, and adds what each op took, by reading the clock behind each.</summary>
    /// <param name="opTicks">For each op of the program, in ticks of <see cref="Stopwatch"/>.</param>
    internal StepResult StepTimed(Span<long> opTicks)
    {
        Enter();
        try
        {
            Check();
            if (_callSteps > 1)
                return new StepResult(StepChunk(opTicks));
            if (!Begin())
                return new StepResult(StepOutcome.Refused);
            RunOpsTimed(opTicks);
            return new StepResult(End());
        }
        finally
        {
            Leave();
        }
    }

    private StepResult StepInto(Span<float> output)
    {
        var result = StepOnce();
        ref readonly var first = ref _outputs[0];
        if (!result.HasOutput || !IsReadyOf(0, first))
            return result.IsRefused ? result : new StepResult(StepOutcome.NotYet);
        new ReadOnlySpan<float>(first.Address, first.Length).CopyTo(output);
        return result;
    }

    private StepResult StepOnce()
    {
        Check();
        if (_callSteps > 1)
            return new StepResult(StepChunk());
        if (!Begin())
            return new StepResult(StepOutcome.Refused);
        RunOps();
        return new StepResult(End());
    }

    private void RunOps()
    {
        _frame.Step = Steps;
        for (var i = 0; i < _ops.Length; i++)
        {
            var clock = _opClocks[i];
            if (!_clocks.Ticks(clock))
                continue;
            _frame.Tick = _clocks.Index(clock);
            _ops[i].Step(_frame);
        }
    }

    private void RunOpsTimed(Span<long> opTicks)
    {
        _frame.Step = Steps;
        var before = Stopwatch.GetTimestamp();
        for (var i = 0; i < _ops.Length; i++)
        {
            var clock = _opClocks[i];
            if (!_clocks.Ticks(clock))
                continue;
            _frame.Tick = _clocks.Index(clock);
            _ops[i].Step(_frame);
            var after = Stopwatch.GetTimestamp();
            opTicks[i] += after - before;
            before = after;
        }
    }

    private StepOutcome Count()
    {
        ++Steps;
        return AnyReady() ? StepOutcome.Output : StepOutcome.NotYet;
    }

    /// <summary>A step that is undone. Among several for each element of the inputs time goes on without it, so that the next element
    /// still comes when it is due.</summary>
    private void LeaveOut()
    {
        Refuse();
        if (_inputRate > 1)
            _clocks.Seek(++Steps);
    }

    private bool Refuse()
    {
        RefusedSteps++;
        LastStepRefused = true;
        return false;
    }

    /// <summary>Copies the inputs, or the last good ones instead, to their values.</summary>
    /// <param name="part">Step of the call.</param>
    private void TakeInputs(int part = 0)
    {
        CopyInputs(part, 0);
        _clocks.Advance(Steps);
    }

    private void CopyInputs(int part, long arena)
    {
        var distance = _holds ? _inputBytes : 0;
        foreach (ref readonly var input in _inputs.AsSpan())
            input.Take(distance + (part / _inputRate * input.Bytes), arena);
    }

    private void KeepInputs()
    {
        Buffer.MemoryCopy(_goodInputs - _inputBytes, _goodInputs, _inputBytes, _inputBytes);
        _hasGoodInputs = true;
    }

    private bool IsStateGood() => *_frame.Fault == 0 && _keeper.TryKeep();

    /// <summary>Undoes the step and, where that is wanted, does it with the last good inputs instead. False where there is no good step;
    /// the state is then as before.</summary>
    private bool TryHold()
    {
        Undo();
        if (_holds || !MayHold)
            return false;
        _holds = true;
        TakeInputs();
        RunOps();
        if (IsStateGood())
            return true;
        Undo();
        return false;
    }

    private void Undo()
    {
        for (var i = 0; i < _ops.Length; i++)
        {
            _frame.Tick = _clocks.Index(_opClocks[i]);
            if (_clocks.Ticks(_opClocks[i]))
                _ops[i].Undo(_frame);
        }

        _keeper.Restore();
        _clocks.Seek(Steps);
        *_frame.Fault = 0;
    }

    private bool InputsAreFinite()
    {
        foreach (ref readonly var input in _inputs.AsSpan())
        {
            if (!input.IsFinite())
                return false;
        }

        return true;
    }

    private void RequireIdsInRange()
    {
        foreach (var range in _idRanges)
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
        foreach (ref readonly var output in _outputs.AsSpan())
        {
            if (IsDue(output))
                return true;
        }

        return false;
    }

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
}
