using System.Diagnostics;

namespace EdgeSeq.Device.Timing;

/// <summary>The clock of all time stamps and schedules: it never jumps, whatever is done to the time of day.</summary>
public static class MonotonicClock
{
    public const long NanosecondsPerSecond = 1_000_000_000;

    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>Nanoseconds since some moment before the process started.</summary>
    public static long Now =>
        Stopwatch.Frequency == NanosecondsPerSecond
            ? Stopwatch.GetTimestamp()
            : (long)(Stopwatch.GetTimestamp() * ((double)NanosecondsPerSecond / Stopwatch.Frequency));

    /// <summary>Sleeps for a time; a signal may end the sleep early.</summary>
    public static void Sleep(long nanoseconds)
    {
        if (OperatingSystem.IsLinux())
            Posix.Sleep(nanoseconds);
        else
            Thread.Sleep((int)(nanoseconds / NanosecondsPerMillisecond) + 1);
    }
}
