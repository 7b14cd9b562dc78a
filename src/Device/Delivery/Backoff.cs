using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Delivery;

/// <summary>How long to wait before the next attempt: twice as long after each failure, with a share of chance, so that a fleet does not
/// come back all at once.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private const double LeastShare = 0.75;

    private TimeSpan? _next;

    /// <summary>The time to wait after one more failure.</summary>
    public TimeSpan Next()
    {
        var wait = _next ?? first;
        _next = wait * 2 < longest ? wait * 2 : longest;
        return wait * (LeastShare + (1 - LeastShare) * Chance());
    }

    public void Succeeded() => _next = null;

    private static double Chance() => MonotonicClock.Now % 1000 / 1000.0;
}
