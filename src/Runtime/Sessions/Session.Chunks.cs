using System.Diagnostics;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Sessions;

/// <content>Several steps in one call. Where ops gain by it, some steps are done side by side, each in an arena of its own: op after op,
/// each for all of these steps, so that a product reads its weights once. Where one of them must be undone, all are done anew one by
/// one.</content>
public sealed unsafe partial class Session
{
    /// <summary>Several steps with the elements of all of them. A NaN or infinity in one is one in all; a step that would leave one in the
    /// state is undone and left out, and the call is refused.</summary>
    /// <param name="opTicks">As of <see cref="StepTimed"/>; empty where nothing is timed.</param>
    internal StepOutcome StepChunk(Span<long> opTicks = default)
    {
        _isEnd = false;
        if (!TryParts(_callSteps, opTicks))
            return StepOutcome.Refused;
        if (!_holds)
            KeepInputs();
        return AnyArrived() ? StepOutcome.Output : StepOutcome.NotYet;
    }

    /// <summary>The first steps of a call; false where the call is refused.</summary>
    private bool TryParts(int steps, Span<long> opTicks)
    {
        Array.Clear(_arrived);
        _holds = !_inputsAreFinite;
        if (_holds && !MayHold)
            return Refuse();
        for (int part = 0, count; part < steps; part += count)
        {
            count = PassQuietParts(part, steps);
            if (count > 0)
                continue;
            count = Math.Min(_layout.SideBySide, steps - part);
            if (count == 1 || !TrySideBySide(part, count, opTicks))
                StepOneByOne(part, count, opTicks);
        }

        if (_holds)
            HeldSteps++;
        if (LastStepRefused)
            Array.Clear(_arrived);
        return !LastStepRefused;
    }

    /// <summary>Does the quiet ones of the steps that come.</summary>
    private int PassQuietParts(int first, int end)
    {
        if (_quiet is null)
            return 0;
        var count = (int)Math.Min(end - first, _clocks.StepsBeforeOthers(Steps));
        var length = _inputs[0].Length / _callSteps;
        var inputs = new ReadOnlySpan<float>(_inputs[0].Given + (_holds ? _inputBytes : 0), _inputs[0].Length);
        if (count > 0)
            PassQuietly(inputs.Slice(first * length, count * length), count);
        return count;
    }

    private void StepOneByOne(int first, int count, Span<long> opTicks)
    {
        for (var part = first; part < first + count; part++)
        {
            TakeInputs(part);
            if (opTicks.IsEmpty)
                RunOps();
            else
                RunOpsTimed(opTicks);
            if (IsStateGood())
            {
                GatherDue();
                ++Steps;
            }
            else
            {
                Undo();
                LeaveOut();
            }
        }
    }

    /// <returns>False where a NaN or an infinity would have stayed in the state at one of the steps; it is then as before all of
    /// them.</returns>
    private bool TrySideBySide(int first, int count, Span<long> opTicks)
    {
        var bytes = _model.StateBytes;
        var before = _block.Pointer + _layout.StateBefore;
        Buffer.MemoryCopy(_frame.State, before, bytes, bytes);
        for (var part = 0; part < count; part++)
            CopyInputs(first + part, part * _model.ArenaBytes);
        if (!RunSideBySide(count, opTicks) || !IsStateGood())
        {
            Buffer.MemoryCopy(before, _frame.State, bytes, bytes);
            *_frame.Fault = 0;
            return false;
        }

        for (var output = 0; output < _outputs.Length; output++)
        {
            foreach (ref readonly var part in Parts(_outputs[output].Clock, count))
                Gather(output, _outputs[output].IsInArena ? part.Arena - _frame.Arena : 0);
        }

        Steps += count;
        _clocks.Seek(Steps);
        return true;
    }

    private bool RunSideBySide(int count, Span<long> opTicks)
    {
        var runs = _layout.Runs;
        for (var op = 0; op < runs.Length; op = runs[op])
        {
            var begin = opTicks.IsEmpty ? 0 : Stopwatch.GetTimestamp();
            if (runs[op] == op + 1 ? !RunForAll(op, count) : !RunForEach(op, runs[op], count))
                return false;
            if (!opTicks.IsEmpty)
                opTicks[op] += Stopwatch.GetTimestamp() - begin;
        }

        return true;
    }

    /// <summary>One op for all steps.</summary>
    private bool RunForAll(int op, int count)
    {
        var parts = new GroupFrame(Parts(_opClocks[op], count), _block.Pointer + _layout.GroupScratch);
        if (parts.Members.IsEmpty)
            return true;
        _ops[op].BeginParts(parts);
        for (var part = 0; part < parts.Members.Length; part++)
        {
            _ops[op].StepPart(parts, part);
            if (!IsGoodBehind(op))
                return false;
        }

        return true;
    }

    /// <summary>For each step some ops.</summary>
    private bool RunForEach(int first, int end, int count)
    {
        for (var part = 0; part < count; part++)
        {
            for (var op = first; op < end; op++)
            {
                var (next, rate) = _clocks.Next(_opClocks[op]);
                var since = Steps + part - next;
                if (since < 0 || since % rate != 0)
                    continue;
                _ops[op].Step(Part(part, _clocks.Index(_opClocks[op]) + 1 + (since / rate)));
                if (!IsGoodBehind(op))
                    return false;
            }
        }

        return true;
    }

    /// <summary>Whether what an op wrote into states may stay there.</summary>
    private bool IsGoodBehind(int op)
    {
        foreach (var write in _model.Schedule.WritesOf[op])
        {
            if (!write.Check.IsGood(new ReadOnlySpan<float>(_frame.State + write.Offset, (int)write.Words)))
                return false;
        }

        return true;
    }

    /// <summary>Frames of those of the next steps at which a clock ticks.</summary>
    private ReadOnlySpan<Frame> Parts(int clock, int count)
    {
        var (next, rate) = _clocks.Next(clock);
        var ticks = 0;
        for (; next < Steps + count; next += rate)
        {
            _parts[ticks] = Part((int)(next - Steps), _clocks.Index(clock) + 1 + ticks);
            ticks++;
        }

        return _parts.AsSpan(0, ticks);
    }

    private Frame Part(int part, long tick) =>
        _frame with { Arena = _frame.Arena + (part * _model.ArenaBytes), Step = Steps + part, Tick = tick };

    private void GatherDue()
    {
        for (var output = 0; output < _outputs.Length; output++)
        {
            if (IsDue(_outputs[output]))
                Gather(output, 0);
        }
    }

    /// <summary>Puts an output of a step behind those of the steps before it in the call; a latest value stands in their place.</summary>
    private void Gather(int index, long arena)
    {
        ref readonly var output = ref _outputs[index];
        var place = output.Elements == 1 ? 0 : _arrived[index];
        Buffer.MemoryCopy(output.Value + arena, output.Address + (place * output.ElementBytes), output.ElementBytes, output.ElementBytes);
        _arrived[index]++;
    }

    private bool AnyArrived()
    {
        for (var i = 0; i < _outputs.Length; i++)
        {
            if (IsReadyOf(i, _outputs[i]))
                return true;
        }

        return false;
    }
}
