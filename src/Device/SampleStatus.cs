namespace EdgeSeq.Device;

/// <summary>How a sample came, or why it did not.</summary>
public enum SampleStatus
{
    Ok,

    /// <summary>No new measurement yet.</summary>
    NotReady,

    /// <summary>No chip acknowledged its address or a byte: Linux errors 121 and 6.</summary>
    NoAnswer,

    /// <summary>The bus was held too long: Linux error 110.</summary>
    TimedOut,

    /// <summary>The device went away: unplugged, or its driver unloaded.</summary>
    Gone,

    /// <summary>Any other error of the bus or device.</summary>
    BusError,

    /// <summary>Fewer bytes came than were asked for.</summary>
    ShortRead,

    /// <summary>Bytes came that cannot be a measurement: a wrong checksum, identity or bit pattern.</summary>
    Corrupt,

    /// <summary>A NaN or infinity.</summary>
    NotFinite,

    /// <summary>The very same values for longer than the sensor's noise allows.</summary>
    Stuck,
}
