namespace EdgeSeq.Device.Timing;

/// <summary>A clock that never goes back, in nanoseconds, and the way to wait by it.</summary>
internal interface IClock
{
    long Now { get; }

    /// <summary>Returns after a time, or somewhat earlier or later.</summary>
    void Sleep(long nanoseconds);
}
