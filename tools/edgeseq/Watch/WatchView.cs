using System.Globalization;
using EdgeSeq.Device;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.Tool.Watch;

/// <summary>A run on a terminal, redrawn in place at most ten times a second, between two steps. Warnings are shown in it, and again on
/// standard error when it ends.</summary>
internal sealed class WatchView : ISink, IRunObserver
{
    private const long FrameInterval = MonotonicClock.NanosecondsPerSecond / 10;
    private const long RateInterval = MonotonicClock.NanosecondsPerSecond;
    private const int History = 100;
    private const int MostNotes = 20;

    private readonly Action<string> _show;
    private readonly Func<int> _width;
    private readonly SinkContext _context;
    private readonly WatchSignals _signals;
    private readonly WatchState _state;
    private readonly WatchFrame _frame;
    private readonly Queue<string> _notes = new();
    private readonly long _start = MonotonicClock.Now;
    private long _nextFrame;
    private long _rateStart;
    private long _rateSteps;

    /// <param name="show">Takes each frame.</param>
    /// <param name="width">Columns of the terminal.</param>
    public WatchView(Model model, string source, SinkContext context, Style style, Action<string> show, Func<int> width)
    {
        _show = show;
        _width = width;
        _context = context;
        _signals = new WatchSignals(model);
        _state = new WatchState
        {
            Title = $"{model.Program.Name}, {model.Program.Provenance.Precision}",
            Source = source,
            SignalNames = _signals.InputNames,
            Signals = new SignalHistory(_signals.InputNames.Count, History),
            Classes = _signals.Classes,
            ValueNames = _signals.ValueNames,
            Values = new SignalHistory(_signals.ValueNames.Count, History),
        };
        _frame = new WatchFrame(_state, style);
        _rateStart = _start;
    }

    /// <summary>What was to be said while the view had the terminal, oldest first; the last of it where it was much.</summary>
    public IReadOnlyCollection<string> Notes
    {
        get
        {
            lock (_notes)
                return [.. _notes];
        }
    }

    /// <summary>The view of this terminal.</summary>
    public static WatchView Of(Model model, string source, SinkContext context) =>
        new(model, source, context, new Style(TerminalInfo.UsesColor), Screen.Show, () => TerminalInfo.Width);

    /// <summary>Shows a sentence below the rest; from any thread.</summary>
    public void Note(string text)
    {
        lock (_notes)
        {
            _notes.Enqueue(text);
            if (_notes.Count > MostNotes)
                _notes.Dequeue();
        }

        _state.Note = text;
    }

    public void Write(IStepOutputs outputs) => _signals.Take(outputs);

    public void Receive(in DecisionEvent decided)
    {
        var name = _context.EventNames![decided.Name];
        var text = decided.IsStart
            ? $"{Place(decided.StartSample),10}  {name} starts, score {decided.Score.ToString("0.00", CultureInfo.InvariantCulture)}"
            : $"{Place(decided.StartSample),10}  {name} until {Place(decided.EndSample)}";
        if (_state.LastEvents.Count == WatchState.Events)
            _state.LastEvents.Dequeue();
        _state.LastEvents.Enqueue(text);
    }

    public void StepDone(in RunProgress progress)
    {
        var now = MonotonicClock.Now;
        if (now < _nextFrame)
            return;
        _nextFrame = now + FrameInterval;
        _signals.Take(progress.Inputs);
        _state.Signals.Add(_signals.InputValues);
        _state.Values.Add(_signals.Values);
        _state.Elapsed = TimeSpan.FromTicks((now - _start) / TimeSpan.NanosecondsPerTick);
        _state.Steps = progress.Steps;
        _state.Latency = progress.Latency;
        _state.Counts =
        [
            ("held", progress.HeldSteps),
            ("left out", progress.RefusedSteps),
            ("resets", progress.FaultResets),
            ("missed", progress.Sampling?.Missed ?? 0),
            ("retries", progress.Sampling?.Retries ?? 0),
            ("reopened", progress.Sampling?.Reopened ?? 0),
        ];
        MeasureRate(now, progress.Steps);
        _show(_frame.Render(_width()));
    }

    public void EndRecording()
    {
    }

    public void Flush()
    {
    }

    public void Complete()
    {
    }

    public void Dispose()
    {
    }

    private void MeasureRate(long now, long steps)
    {
        if (now - _rateStart < RateInterval)
            return;
        _state.StepsPerSecond = (steps - _rateSteps) * (double)MonotonicClock.NanosecondsPerSecond / (now - _rateStart);
        _rateStart = now;
        _rateSteps = steps;
    }

    /// <summary>A place in the source: in seconds, else in samples.</summary>
    private string Place(long sample) => _context.SamplesPerSecond is { } rate
        ? string.Create(CultureInfo.InvariantCulture, $"{sample / rate:0.0} s") : sample.ToString(CultureInfo.InvariantCulture);
}
