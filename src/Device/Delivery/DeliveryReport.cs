namespace EdgeSeq.Device.Delivery;

/// <summary>What became of the messages of a sink that hands them to someone else. Accepted = delivered + dropped + waiting, once the sink
/// is at rest. Counters may be read from any thread.</summary>
/// <param name="sink">As the user wrote it.</param>
public sealed class DeliveryReport(string sink)
{
    private long _accepted;
    private long _delivered;
    private long _dropped;
    private long _retries;
    private long _waiting;

    public string Sink => sink;

    /// <summary>Messages that the run made.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Messages that the other side confirmed, those of earlier runs included.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Messages that were given up: the queue was full, or the other side refused them for good.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Attempts after a first one that failed.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>Messages that are still to be delivered.</summary>
    public long Waiting
    {
        get => Interlocked.Read(ref _waiting);
        set => Interlocked.Exchange(ref _waiting, value);
    }

    public void Accept() => Interlocked.Increment(ref _accepted);

    public void Deliver(long messages) => Interlocked.Add(ref _delivered, messages);

    public void Drop(long messages) => Interlocked.Add(ref _dropped, messages);

    public void Retry() => Interlocked.Increment(ref _retries);
}
