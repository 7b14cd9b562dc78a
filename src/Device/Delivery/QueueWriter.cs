using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Delivery;

/// <summary>A thread that brings messages from memory to the disk: the first of a group at once, further ones gathered, so that a memory
/// card is not worn out by one sync for each.</summary>
internal sealed class QueueWriter
{
    private static readonly TimeSpan BetweenSyncs = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly MessageBuffer _buffer;
    private readonly DiskQueue _queue;
    private readonly DeliveryReport _report;
    private readonly WarningLog _log;
    private readonly Action _synced;
    private readonly Signal _ending = new(stays: true);
    private readonly Thread _thread;

    /// <param name="synced">Called when there are new messages to take from the queue.</param>
    public QueueWriter(MessageBuffer buffer, DiskQueue queue, DeliveryReport report, WarningLog log, Action synced)
    {
        _buffer = buffer;
        _queue = queue;
        _report = report;
        _log = log;
        _synced = synced;
        _thread = new Thread(Work) { IsBackground = true, Name = "queue" };
    }

    public void Start() => _thread.Start();

    /// <summary>Returns when all is on the disk.</summary>
    /// <returns>False where that did not happen in ten seconds.</returns>
    public bool End()
    {
        _buffer.Complete();
        _ending.Set();
        return _thread.Join(Patience);
    }

    private void Work()
    {
        while (_buffer.TakeAll(Timeout.InfiniteTimeSpan) is { } messages)
        {
            Write(messages);
            _ending.Wait(BetweenSyncs);
        }
    }

    private void Write(ReadOnlyMemory<byte> messages)
    {
        while (!messages.IsEmpty)
        {
            var (number, content) = MessageBuffer.Next(messages, out messages);
            Guarded(() => _queue.Add(number, content.Span), lost: 1);
        }

        Guarded(_queue.Sync, lost: 0);
        _synced();
    }

    private void Guarded(Action action, int lost)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _report.Drop(lost);
            _log.Warn($"the queue cannot be written: {IoReason.Of(e)}; messages are dropped until it can");
        }
    }
}
