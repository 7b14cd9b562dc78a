using System.Diagnostics;

namespace EdgeSeq.Device.Run;

/// <summary>Paces steps by the monotonic clock, asleep between them. Step k is due k periods after the first; one that is late by
/// more than a period is a missed deadline, and the schedule goes on from there instead of catching up in a burst.</summary>
public sealed class Pacer(double rateHz, StopSignal stop)
{
    /// <summary>Longest single sleep, so that a request to stop is seen soon even at a rate of one step an hour.</summary>
    private const long LongestSleep = 100_000_000;

    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long NanosecondsPerMillisecond = 1_000_000;

    private readonly double _period = NanosecondsPerSecond / rateHz;
    private long _start;
    private long _steps;

    public long DeadlineMisses { get; private set; }

    /// <summary>Nanoseconds of the monotonic clock.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * ((double)NanosecondsPerSecond / Stopwatch.Frequency));

    /// <summary>Returns when the next step is due, or soon after the stop signal was set.</summary>
    public void Wait()
    {
        var now = Now;
        if (_steps == 0)
            _start = now;
        var due = _start + (long)(_steps * _period);
        if (now > due + (long)_period)
        {
            DeadlineMisses++;
            _start = now;
            _steps = 0;
        }

        _steps++;
        for (; now < due && !stop.IsSet; now = Now)
            Sleep(Math.Min(due - now, LongestSleep));
    }

    private static void Sleep(long nanoseconds)
    {
        if (OperatingSystem.IsLinux())
            Posix.Sleep(nanoseconds);
        else
            Thread.Sleep((int)(nanoseconds / NanosecondsPerMillisecond) + 1);
    }
}
