using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Runtime.Sessions;

/// <content>The end of a recording.</content>
public sealed unsafe partial class Session
{
    private bool _isFlushed;

    /// <summary>Whether the last call was one of a flush, in which an output has as many elements as there are.</summary>
    private bool _isEnd;

    /// <summary>
    /// One step behind the end of the recording: what delay and right context still hold comes out as the model gives it for the whole
    /// recording, with its own padding at the end. To be called until the result is ended; then <see cref="Reset"/> starts the next
    /// recording: <c>while (!(result = session.Flush()).IsEnded) { if (result) … }</c>. Where steps take several elements, an output has as
    /// many as still come.
    /// </summary>
    /// <returns>Output or NotYet as of a step, which gives what one element of the inputs makes all or not; Ended where nothing is left, at
    /// once for programs without delay.</returns>
    /// <exception cref="EdgeSeqException">ES0504 while another thread uses the session.</exception>
    public StepResult Flush() => Flush(0);

    /// <summary>As <see cref="Flush()"/>, for a recording whose last elements do not fill a step of several
    /// (<see cref="Model.Chunk"/>).</summary>
    /// <param name="elements">How many at the start of the inputs still belong to the recording; fewer than a step takes, and 0 in the
    /// calls that follow.</param>
    /// <returns>Also Refused where there is a NaN or an infinity among them; they are then left out.</returns>
    /// <exception cref="ArgumentOutOfRangeException">As many elements are a step, or more.</exception>
    /// <exception cref="EdgeSeqException">ES0501, ES0502 as of a step; ES0504 while another thread uses the session; ES0505 for elements
    /// behind the end.</exception>
    public StepResult Flush(int elements)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elements);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(elements, Math.Max(1, _model.Chunk));
        _guard.Enter();
        try
        {
            return _callSteps == 1 ? FlushStep() : FlushCall(elements);
        }
        finally
        {
            _guard.Leave();
        }
    }

    private StepResult FlushStep()
    {
        ThrowIfDisposed();
        _clocks.Silence();
        LastStepRefused = false;
        return new StepResult(TryFlushStep() ? Count() : StepOutcome.Ended);
    }

    /// <summary>The last steps of the recording, and those behind its end that fill the call.</summary>
    private StepResult FlushCall(int elements)
    {
        ThrowIfDisposed();
        LastStepRefused = false;
        Array.Clear(_arrived);
        var steps = elements * _inputRate;
        if (elements > 0)
        {
            foreach (ref readonly var input in _inputs.AsSpan())
                input.Clear(elements);
            Check(steps);
            _isFlushed = true;
            if (!TryParts(steps, default))
                return new StepResult(StepOutcome.Refused);
        }

        _isEnd = true;
        var part = steps;
        for (; part < _callSteps && TryFlushStep(); part++)
        {
            GatherDue();
            ++Steps;
        }

        return new StepResult(part == 0 ? StepOutcome.Ended : AnyArrived() ? StepOutcome.Output : StepOutcome.NotYet);
    }

    private bool TryFlushStep()
    {
        if (Steps == 0 || Steps >= _maxSteps || _frame.Flushed >= _model.Tail)
            return false;
        _isFlushed = true;
        _frame.Flushed++;
        foreach (ref readonly var input in _inputs.AsSpan())
            new Span<byte>(input.Value, (int)input.Bytes).Clear();
        _clocks.Advance(Steps);
        RunOps();
        // No step follows but Reset, so nothing stays.
        *_frame.Fault = 0;
        return true;
    }

    private void RequireNotFlushed()
    {
        if (_isFlushed)
        {
            throw new EdgeSeqException(ErrorCodes.SessionFlushed, $"{_model.Program.Name}: the recording was ended by Flush()",
                "start the next one with Reset()");
        }
    }
}
