using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Run;

/// <summary>Feeds a source's steps through a session into a sink until the source ends, the limit is reached or the stop signal is set.
/// A step allocates nothing.</summary>
public sealed class RunLoop
{
    private const int StepsPerProgress = 256;

    private readonly RunningProgram _program;
    private readonly ISource _source;
    private readonly ISink _sink;
    private readonly RunOptions _options;
    private readonly StopSignal _stop;
    private readonly Model _model;
    private readonly StepInputs _inputs;

    /// <summary>Those of the element that sinks see; apart from the ones that the source fills where a call takes several.</summary>
    private readonly StepInputs _shown;
    private readonly SampleMark[] _marks;
    private readonly SessionOutputs _outputs;
    private readonly LatencyHistogram _latency;
    private readonly RunSnapshots? _snapshots;
    private readonly ServiceNotifier? _service = ServiceNotifier.FromEnvironment();
    private readonly bool _isLive;
    private bool _sourceHasEnded;

    /// <summary>Elements that the next call of the session has got.</summary>
    private int _filled;
    private long _recordings;
    private long _steps;
    private long _outputSteps;
    private long _faultResets;
    private long _allocatedAtFirstStep;

    public RunLoop(Model model, Session session, ISource source, ISink sink, RunOptions options, StopSignal stop)
    {
        _program = new RunningProgram(session, options)
        {
            OnReplaced = decisions => decisions?.Finish(_outputs!, sink),
        };
        _source = source;
        _sink = sink;
        _options = options;
        _stop = stop;
        _model = model;
        _inputs = new StepInputs(model.ElementInputs);
        _shown = model.Chunk == 1 ? _inputs : new StepInputs(model.ElementInputs);
        _marks = new SampleMark[model.Chunk];
        _outputs = new SessionOutputs(_program, model);
        _latency = options.Counters.Latency;
        _snapshots = options.Snapshot is { } path ? new RunSnapshots(path, _program, source, _inputs, _outputs, options) : null;
        _isLive = source.IsLive || options.RateHz is not null;
    }

    /// <exception cref="EdgeSeqException">What the source, the session or the sink finds wrong; the sink is then not completed.</exception>
    /// <exception cref="OutputClosedException">The reader of the output has gone away.</exception>
    public RunSummary Run()
    {
        if (_options.Snapshot is { } snapshot && _source.IsBatch)
        {
            throw new EdgeSeqException(
                ErrorCodes.OptionInvalid,
                $"--snapshot goes on with one stream; {_source.Name} is a set of recordings that each start anew");
        }

        _snapshots?.Restore();
        var pacer = _options.RateHz is { } rate && _source.Sampling is null ? new Pacer(rate, _stop) : null;
        var begin = MonotonicClock.Now;
        try
        {
            while (!_stop.IsSet && _steps < (_options.MaxSteps ?? long.MaxValue) && Advance(pacer))
                ReportProgress();
            FlushSession(_sourceHasEnded);
        }
        catch (EdgeSeqException)
        {
            // What was computed before the bad step is good.
            _sink.Flush();
            throw;
        }

        if (_steps == 0 && !_stop.IsSet)
        {
            throw new EdgeSeqException(
                ErrorCodes.SourceEmpty, $"{_source.Name}: holds no step of the program", "give a recording with at least one step");
        }

        var elapsed = MonotonicClock.Now - begin;
        var allocated = _steps > 0 ? GC.GetAllocatedBytesForCurrentThread() - _allocatedAtFirstStep : 0;

        // A stream that goes on from its snapshot goes on with its open events, too.
        if (!_source.IsBatch && _options.Snapshot is null)
            _program.Decisions?.Finish(_outputs, _sink);
        _sink.Complete();
        _service?.Stopping();
        _snapshots?.Save();
        return Summary(elapsed, allocated, pacer?.DeadlineMisses ?? 0);
    }

    /// <summary>One step or the change to the next recording; false at the source's end.</summary>
    private bool Advance(Pacer? pacer)
    {
        switch (ReadSource())
        {
            case SourceStep.Step:
                pacer?.Wait();
                if (_stop.IsSet)
                    return false;
                Step();
                Count(pacer);
                return true;
            case SourceStep.RecordingEnd:
                EndRecording();
                return true;
            default:
                _sourceHasEnded = !_stop.IsSet;
                return false;
        }
    }

    /// <summary>The next step, unless the run was asked to end meanwhile: standard input may then have been cut inside a line.</summary>
    private SourceStep ReadSource()
    {
        try
        {
            var step = _source.Read(_inputs);
            return _stop.IsSet ? SourceStep.End : step;
        }
        catch (EdgeSeqException) when (_stop.IsSet)
        {
            return SourceStep.End;
        }
    }

    /// <summary>One element along time, and the session's call where it takes no more.</summary>
    private void Step()
    {
        if (_filled == 0 && _program.IsReloadRequested)
            Reload();
        if (_inputs.Mark.Missed > 0)
            OnGap();
        if (_model.Chunk > 1 && _options.OnFault == FaultPolicy.Stop && _inputs.FirstNonFinite() is not null)
        {
            FlushSession(isEnd: false);
            throw FaultError();
        }

        CopyInputs();
        _marks[_filled++] = _inputs.Mark;
        if (_filled == _model.Chunk)
            CallSession();
        if (_steps++ == 0)
            _allocatedAtFirstStep = GC.GetAllocatedBytesForCurrentThread();
        if (_filled == 0)
            _snapshots?.SaveIfDue();
        _service?.StepDone();
        _options.Observer?.StepDone(Progress());
    }

    private void CallSession()
    {
        var begin = MonotonicClock.Now;
        var hasOutput = _program.Session.Step();
        _latency.Add(MonotonicClock.Now - begin);
        if (_program.Session.LastStepRefused)
            OnFault();
        _filled = 0;
        Show(hasOutput, _model.Chunk, _model.Chunk);
    }

    /// <summary>Tells sinks and decisions what the last call gave, element by element.</summary>
    /// <param name="hasOutput">Of the call.</param>
    /// <param name="elements">Elements of the recording in it.</param>
    /// <param name="count">Elements to show, with those behind the end.</param>
    private void Show(bool hasOutput, int elements, int count)
    {
        for (var element = 0; element < count; element++)
        {
            _outputs.Element = (element, elements - 1);
            if (hasOutput && _outputs.IsAnyReady)
                WriteOutputs(Math.Min(element, elements - 1));
            if (_program.Decisions is { } decisions)
            {
                if (element < elements)
                    ShowInputs(element);
                decisions.Step(_outputs, _shown, _sink);
            }

            _outputs.StepIndex++;
        }
    }

    private void ShowInputs(int element)
    {
        for (var input = 0; input < _shown.Infos.Count && _model.Chunk > 1; input++)
        {
            if (_shown.Infos[input] is { Type: ElementType.F32, Length: var length })
                _program.Session.Input(input).Slice(element * length, length).CopyTo(_shown.Floats(input));
        }
    }

    /// <param name="element">Of the recording, whose sample it is.</param>
    private void WriteOutputs(int element)
    {
        _outputSteps++;
        // A word lasts until the next one is read.
        _outputs.Word = _model.Chunk == 1 ? _inputs.Word : default;
        _outputs.Mark = _marks[Math.Max(0, element)];
        _sink.Write(_outputs);
        if (_isLive)
            _sink.Flush();
    }

    /// <summary>The elements of a recording that do not fill a call, and the outputs that come behind its last one.</summary>
    private void FlushSession(bool isEnd)
    {
        var elements = _filled;
        _filled = 0;
        if (_options.Snapshot is not null)
        {
            if (elements > 0)
                _options.Warn($"{_source.Name}: {elements} elements at the end do not fill a step of {_model.Chunk} and were left over");
            return;
        }

        var left = elements + (isEnd && _options.Flushes ? _model.ElementFlushSteps : 0);
        for (; left > 0; elements = 0)
        {
            var result = _program.Session.Flush(elements);
            if (result.IsEnded)
                return;
            var count = Math.Min(left, _model.Chunk);
            Show(result.HasOutput, elements, count);
            left -= count;
        }
    }

    private void CopyInputs()
    {
        for (var input = 0; input < _inputs.Infos.Count; input++)
        {
            if (_inputs.Infos[input].Type == ElementType.F32)
                _inputs.Floats(input).CopyTo(_program.Session.Input(input)[(_filled * _inputs.Infos[input].Length)..]);
            else
                _inputs.Ids(input).CopyTo(_program.Session.InputI64(input)[(_filled * _inputs.Infos[input].Length)..]);
        }
    }

    private void EndRecording()
    {
        FlushSession(isEnd: true);
        _program.Decisions?.Finish(_outputs, _sink);
        _sink.EndRecording();
        if (_isLive)
            _sink.Flush();
        _program.Reset();
        _recordings++;
        _outputs.Recording = _recordings;
        _outputs.StepIndex = 0;
    }

    /// <summary>Samples were lost before this one, which is good: only whoever wants a new state after a gap gets one.</summary>
    private void OnGap()
    {
        if (_options.OnFault != FaultPolicy.Reset)
            return;
        _outputs.StepIndex += _filled;
        ResetAfterFault();
    }

    private void OnFault()
    {
        if (_options.OnFault == FaultPolicy.Stop)
            throw FaultError();
        if (_options.OnFault == FaultPolicy.Reset)
            ResetAfterFault();
    }

    private void Reload()
    {
        var begin = MonotonicClock.Now;
        _program.TryReload();
        _service?.Reloaded(begin);
    }

    private void ResetAfterFault()
    {
        _program.Reset();
        _filled = 0;
        _faultResets++;
    }

    private EdgeSeqException FaultError()
    {
        if (_inputs.Mark is { IsOk: false } mark)
            return SensorError(mark);
        var recording = _source.IsBatch ? $"recording {_outputs.Recording}, " : "";
        var position = _source.Position is { } place ? $" ({place})" : "";
        var what = _inputs.FirstNonFinite() is var (input, element)
            ? $"input '{_inputs.Infos[input].Name}' element {element} is NaN, infinite or missing"
            : "the model computes a NaN or an infinity that would stay in its state";
        return new EdgeSeqException(
            ErrorCodes.SampleNotFinite, $"{_source.Name}: {recording}step {_outputs.StepIndex}{position}: {what}",
            "--on-fault hold goes on with the last good sample, --on-fault reset with a new state");
    }

    private EdgeSeqException SensorError(SampleMark mark)
    {
        var error = mark.ErrorNumber == 0 ? "" : $", {ErrorNumbers.Describe(mark.ErrorNumber)}";
        return new EdgeSeqException(
            ErrorCodes.SensorFault,
            $"{_source.Name}: step {_outputs.StepIndex}: {SampleStatusNames.WordsOf(mark.Status)}{error}",
            "--on-fault hold goes on with the last good sample, --on-fault reset with a new state");
    }

    private void Count(Pacer? pacer)
    {
        var counters = _options.Counters;
        counters.Steps = _steps;
        counters.Outputs = _outputSteps;
        counters.RefusedSteps = _program.RefusedSteps;
        counters.HeldSteps = _program.HeldSteps;
        counters.FaultResets = _faultResets;
        counters.DeadlineMisses = _source.Sampling?.Gaps ?? pacer?.DeadlineMisses ?? 0;
    }

    private void ReportProgress()
    {
        if (_options.Progress is { } progress && _steps % StepsPerProgress == 0)
            progress(_steps);
    }

    private RunProgress Progress() =>
        new(_inputs, _steps, _program.HeldSteps, _program.RefusedSteps, _faultResets, _latency, _source.Sampling);

    private RunSummary Summary(long nanoseconds, long allocatedBytes, long deadlineMisses) => new()
    {
        Recordings = _source.IsBatch ? _recordings : 1,
        Steps = _steps,
        Outputs = _outputSteps,
        RefusedSteps = _program.RefusedSteps,
        HeldSteps = _program.HeldSteps,
        FaultResets = _faultResets,
        Reloads = _program.Reloads,
        RefusedReloads = _program.RefusedReloads,
        AllocatedBytes = allocatedBytes,
        DeadlineMisses = _source.Sampling?.Gaps ?? deadlineMisses,
        Sampling = _source.Sampling,
        Stamps = _source.Stamps,
        Conversion = _source.Conversion,
        Elapsed = TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick),
        Latency = _latency,
        WasInterrupted = _stop.IsSet,
    };
}
