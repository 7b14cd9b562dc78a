namespace EdgeSeq.Device.Timing;

/// <summary>The machine's <see cref="MonotonicClock"/>.</summary>
internal sealed class SystemClock : IClock
{
    public static SystemClock Instance { get; } = new();

    public long Now => MonotonicClock.Now;

    public void Sleep(long nanoseconds) => MonotonicClock.Sleep(nanoseconds);
}
