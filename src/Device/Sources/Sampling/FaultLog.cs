using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>Says that samples are faulty or missing: at once for the first, then at most one line in ten seconds, so that a broken wire
/// does not fill the disk.</summary>
internal sealed class FaultLog(string source, Action<string> warn)
{
    private const long Quiet = 10 * MonotonicClock.NanosecondsPerSecond;

    private long _next = long.MinValue;
    private long _since;

    public void Add(SampleMark mark)
    {
        if (mark is { IsOk: true, Missed: 0 })
            return;
        _since++;
        var now = MonotonicClock.Now;
        if (now < _next)
            return;
        var more = _since > 1 ? $" ({_since:N0} faults since the last such line)" : "";
        warn($"{source}: {Words(mark)}{more}");
        _next = now + Quiet;
        _since = 0;
    }

    private static string Words(SampleMark mark)
    {
        if (mark.IsOk)
            return $"{mark.Missed:N0} samples were missed";
        var words = SampleStatusNames.WordsOf(mark.Status);
        return mark.ErrorNumber == 0 ? words : $"{words}, {ErrorNumbers.Describe(mark.ErrorNumber)}";
    }
}
