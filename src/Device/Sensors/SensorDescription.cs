namespace EdgeSeq.Device.Sensors;

/// <summary>A kind of sensor: what users see of it, and how it is opened.</summary>
public sealed record SensorDescription
{
    /// <summary>The kind of source: i2c, spi, sensehat, w1.</summary>
    public required string Bus { get; init; }

    /// <summary>The name in source strings, in lower case; empty where the bus says it all.</summary>
    public required string Name { get; init; }

    /// <summary>The chip and what it measures.</summary>
    public required string About { get; init; }

    /// <summary>A source string that works as it is on a Raspberry Pi.</summary>
    public required string Example { get; init; }

    /// <summary>Everything that it can give.</summary>
    public required IReadOnlyList<Channel> Channels { get; init; }

    /// <summary>How many of the channels, from the first, a source gives where nobody chooses.</summary>
    public required int DefaultChannels { get; init; }

    /// <summary>I2C addresses that it can have, the usual one first.</summary>
    public IReadOnlyList<int> Addresses { get; init; } = [];

    /// <summary>Samples a second where neither the program nor the user says.</summary>
    public required double UsualHz { get; init; }

    /// <summary>Samples a second that it can give at most.</summary>
    public required double MostHz { get; init; }

    /// <summary>Equal samples in a row after which it counts as stuck; 0 for a sensor whose values may stand still.</summary>
    public int StuckAfter { get; init; }

    /// <summary>Options of its own in the source string.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Opens it. A chip that does not answer, or answers as another, throws a <see cref="SensorException"/>.</summary>
    public required Func<SensorSettings, ISensor> Open { get; init; }
}
