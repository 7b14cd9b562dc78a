using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Runtime.Sessions;

/// <content>The end of a recording.</content>
public sealed unsafe partial class Session
{
    /// <summary>
    /// One step behind the end of the recording: what delay and right context still hold comes out as the model gives it for the whole
    /// recording, with its own padding at the end. To be called until the result is ended; then <see cref="Reset"/> starts the next
    /// recording: <c>while (!(result = session.Flush()).IsEnded) { if (result) … }</c>.
    /// </summary>
    /// <returns>Output or NotYet as of a step, which gives several elements all or not; Ended where nothing is left, at once for programs
    /// without delay.</returns>
    /// <exception cref="EdgeSeqException">ES0504 while another thread uses the session.</exception>
    public StepResult Flush()
    {
        _guard.Enter();
        try
        {
            return FlushOnce();
        }
        finally
        {
            _guard.Leave();
        }
    }

    private StepResult FlushOnce()
    {
        ThrowIfDisposed();
        _clocks.Silence();
        LastStepRefused = false;
        if (Steps == 0 || Steps > _maxSteps - _callSteps || _frame.Flushed >= _model.FlushSteps * _callSteps)
            return new StepResult(StepOutcome.Ended);
        if (_callSteps == 1)
        {
            FlushStep();
            return new StepResult(Count());
        }

        Array.Clear(_arrived);
        for (var part = 0; part < _callSteps; part++, Steps++)
        {
            FlushStep();
            GatherDue();
        }

        return new StepResult(AnyArrived() ? StepOutcome.Output : StepOutcome.NotYet);
    }

    private void FlushStep()
    {
        _frame.Flushed++;
        foreach (ref readonly var input in _inputs.AsSpan())
            new Span<byte>(input.Value, (int)input.Bytes).Clear();
        _clocks.Advance(Steps);
        RunOps();
        // No step follows but Reset, so nothing stays.
        *_frame.Fault = 0;
    }

    private void RequireNotFlushed()
    {
        if (_frame.Flushed > 0)
        {
            throw new EdgeSeqException(ErrorCodes.SessionFlushed, $"{_model.Program.Name}: the recording was ended by Flush()",
                "start the next one with Reset()");
        }
    }
}
