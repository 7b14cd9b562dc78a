using EdgeSeq.Device.Sources;
using EdgeSeq.Device.State;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Run;

/// <summary>When a run's state is saved and restored.</summary>
internal sealed class RunSnapshots
{
    private readonly SnapshotStore _store;
    private readonly RunState _state;
    private readonly RunningProgram _program;
    private readonly SessionOutputs _outputs;
    private readonly Action<string> _warn;
    private readonly long? _every;
    private long _next;
    private bool _hasFailed;

    public RunSnapshots(string path, RunningProgram program, ISource source, StepInputs inputs, SessionOutputs outputs, RunOptions options)
    {
        _store = new SnapshotStore(path);
        _outputs = outputs;
        _warn = options.Warn;
        _every = options.SnapshotEvery?.Ticks * TimeSpan.NanosecondsPerTick;
        _next = MonotonicClock.Now + (_every ?? 0);
        _program = program;
        _state = new RunState
        {
            Session = program.Session,
            Inputs = inputs,
            VisitSource = source.VisitState,
            Decisions = program.Decisions,
            Rule = program.Decisions is null ? null : options.Rule,
        };
    }

    /// <summary>Goes on with the stream of the snapshot, where there is a sound one of this program.</summary>
    public void Restore()
    {
        if (_store.TryRestore(_state, _warn))
            _outputs.StepIndex = _state.Steps;
    }

    /// <exception cref="EdgeSeqException">ES0603.</exception>
    public void Save()
    {
        _state.Session = _program.Session;
        _state.Decisions = _program.Decisions;
        _state.Steps = _outputs.StepIndex;
        _store.Save(_state);
    }

    /// <summary>Saves when it is time. A disk that is full does not end the run: the user is warned once, and the next time it is tried
    /// again.</summary>
    public void SaveIfDue()
    {
        if (_every is not { } every || MonotonicClock.Now < _next)
            return;
        _next = MonotonicClock.Now + every;
        try
        {
            Save();
            _hasFailed = false;
        }
        catch (EdgeSeqException e)
        {
            if (!_hasFailed)
                _warn($"{e.Message}: the state was not saved");
            _hasFailed = true;
        }
    }
}
