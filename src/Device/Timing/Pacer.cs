namespace EdgeSeq.Device.Timing;

/// <summary>Paces steps by the monotonic clock, asleep between them. Slot k is due k periods after the first, so the rate does not drift. A
/// step that is late by more than a period has missed the slots in between: they are left out, not made up for in a burst, and the schedule
/// stays where it was.</summary>
public sealed class Pacer
{
    /// <summary>Longest single sleep, so that a request to stop is seen soon even at a rate of one step an hour.</summary>
    private const long LongestSleep = 100_000_000;

    private readonly double _period;
    private readonly StopSignal _stop;
    private readonly IClock _clock;
    private long _start;
    private long _slot;

    /// <param name="rateHz">Slots a second.</param>
    /// <param name="stop">Ends a wait.</param>
    public Pacer(double rateHz, StopSignal stop)
        : this(rateHz, stop, SystemClock.Instance)
    {
    }

    internal Pacer(double rateHz, StopSignal stop, IClock clock)
    {
        _period = MonotonicClock.NanosecondsPerSecond / rateHz;
        _stop = stop;
        _clock = clock;
    }

    /// <summary>Waits that began when a later slot was already due.</summary>
    public long DeadlineMisses { get; private set; }

    /// <summary>Slots that were left out because of misses.</summary>
    public long SkippedSlots { get; private set; }

    /// <summary>Nanoseconds from one slot to the next.</summary>
    public double Period => _period;

    /// <summary>When the slot of the last wait was due.</summary>
    public long Due { get; private set; }

    /// <summary>How late each wait ended, in nanoseconds: the jitter of the steps.</summary>
    public LatencyHistogram Lateness { get; } = new();

    /// <summary>Returns when the next slot is due, or soon after the stop signal was set.</summary>
    /// <returns>Slots that were left out before this one.</returns>
    public long Wait()
    {
        var now = _clock.Now;
        if (_slot == 0)
            _start = now;
        var skipped = (long)((now - DueAt(_slot)) / _period);
        if (skipped > 0)
        {
            DeadlineMisses++;
            SkippedSlots += skipped;
            _slot += skipped;
        }

        Due = DueAt(_slot++);
        for (; now < Due && !_stop.IsSet; now = _clock.Now)
            _clock.Sleep(Math.Min(Due - now, LongestSleep));
        Lateness.Add(now - Due);
        return Math.Max(0, skipped);
    }

    private long DueAt(long slot) => _start + (long)(slot * _period);
}
