using EdgeSeq.Device.Decisions;

namespace EdgeSeq.Device.Sinks;

/// <summary>Hands events one after another to something slow, on a thread of its own, so that no step waits for it. What does not fit in
/// the queue is dropped, and the user is told. The queue is a lock and a list: the framework's would be a tenth of a megabyte of the device
/// binary.</summary>
internal abstract class EventQueue : ISink
{
    private const int MostWaiting = 256;
    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(10);

    private readonly Queue<byte[]> _waiting = new();
    private readonly MemoryStream _text = new();
    private readonly Utf8Writer _writer;
    private readonly EventText _format;
    private readonly Action<string> _warn;
    private readonly string _name;
    private readonly Thread _worker;
    private bool _isComplete;
    private long _dropped;

    protected EventQueue(string name, SinkContext context)
    {
        _name = name;
        _warn = context.Warn;
        _writer = new Utf8Writer(name, _text);
        _format = new EventText(context);
        _worker = new Thread(Work) { IsBackground = true, Name = name };
        _worker.Start();
    }

    public void Write(IStepOutputs outputs)
    {
    }

    public void Receive(in DecisionEvent decided)
    {
        _text.SetLength(0);
        _format.Append(_writer, decided);
        _writer.Flush();
        lock (_waiting)
        {
            if (_waiting.Count < MostWaiting)
            {
                _waiting.Enqueue(_text.ToArray());
                Monitor.Pulse(_waiting);
                return;
            }
        }

        if (_dropped++ == 0)
            _warn($"{_name}: {MostWaiting} events wait; further ones are dropped until some are delivered");
    }

    public void EndRecording()
    {
    }

    public void Flush()
    {
    }

    /// <summary>Waits for what is queued, for a time.</summary>
    public void Complete()
    {
        End();
        if (!_worker.Join(PatienceAtTheEnd))
            _warn($"{_name}: events were not delivered in {PatienceAtTheEnd.TotalSeconds:0} s and are left out");
        if (_dropped > 0)
            _warn($"{_name}: {_dropped} events were dropped");
    }

    public void Dispose()
    {
        End();
        _writer.Dispose();
    }

    /// <summary>Delivers one event; the text says why that failed, null that it did not.</summary>
    protected abstract string? Deliver(byte[] json);

    private void Work()
    {
        while (Next() is { } json)
        {
            if (Deliver(json) is { } problem)
                _warn($"{_name}: {problem}");
        }
    }

    /// <summary>The next event, waited for; null when the run is over and all are delivered.</summary>
    private byte[]? Next()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && !_isComplete)
                Monitor.Wait(_waiting);
            return _waiting.TryDequeue(out var json) ? json : null;
        }
    }

    private void End()
    {
        lock (_waiting)
        {
            _isComplete = true;
            Monitor.Pulse(_waiting);
        }
    }
}
