namespace EdgeSeq.Device.Sources;

/// <summary>What the cells of a column of time stamps hold.</summary>
public enum StampUnit
{
    /// <summary>Numbers whose unit nobody can tell: no rate follows from them.</summary>
    Unknown,

    /// <summary>Dates with times, or times of day.</summary>
    Text,

    Seconds,

    Milliseconds,

    Microseconds,

    Nanoseconds,
}
