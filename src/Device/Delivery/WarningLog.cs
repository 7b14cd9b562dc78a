using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Delivery;

/// <summary>Warnings about something that may fail again and again: the first at once, the same one at most every ten seconds.</summary>
internal sealed class WarningLog(string name, Action<string> warn)
{
    private const long Quiet = 10 * MonotonicClock.NanosecondsPerSecond;

    private string _last = "";
    private long _next = long.MinValue;

    public void Warn(string problem)
    {
        var now = MonotonicClock.Now;
        if (problem == _last && now < _next)
            return;
        _last = problem;
        _next = now + Quiet;
        warn($"{name}: {problem}");
    }
}
