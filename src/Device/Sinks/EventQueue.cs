using System.Threading.Channels;
using EdgeSeq.Device.Decisions;

namespace EdgeSeq.Device.Sinks;

/// <summary>Hands events one after another to something slow, on a thread of its own, so that no step waits for it. What does not fit in the
/// queue is dropped, and the user is told.</summary>
internal abstract class EventQueue : ISink
{
    private const int MostWaiting = 256;
    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(10);

    private readonly Channel<byte[]> _events = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly MemoryStream _text = new();
    private readonly Utf8Writer _writer;
    private readonly EventText _format;
    private readonly Action<string> _warn;
    private readonly string _name;
    private readonly Thread _worker;
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
        if (!_events.Writer.TryWrite(_text.ToArray()) && _dropped++ == 0)
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
        _events.Writer.TryComplete();
        if (!_worker.Join(PatienceAtTheEnd))
            _warn($"{_name}: {_events.Reader.Count} events were not delivered in {PatienceAtTheEnd.TotalSeconds:0} s and are left out");
        if (_dropped > 0)
            _warn($"{_name}: {_dropped} events were dropped");
    }

    public void Dispose()
    {
        _events.Writer.TryComplete();
        _writer.Dispose();
    }

    /// <summary>Delivers one event; the text says why that failed, null that it did not.</summary>
    protected abstract string? Deliver(byte[] json);

    private void Work()
    {
        while (_events.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_events.Reader.TryRead(out var json))
            {
                if (Deliver(json) is { } problem)
                    _warn($"{_name}: {problem}");
            }
        }
    }
}
