namespace EdgeSeq.Fleet.Engine;

/// <summary>Time as messages state it.</summary>
public static class Clock
{
    /// <summary>Microseconds since 1970 (UTC).</summary>
    public static long Now() => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
