namespace EdgeSeq.Device.Simulation.Motion;

/// <summary>What an activity looks like to an accelerometer (g) and a gyroscope (rad/s) worn at the waist, in that order, three axes
/// each.</summary>
internal sealed class ActivityStatistics
{
    /// <summary>Direction of gravity, 1 g long.</summary>
    public required float[] Gravity { get; init; }

    /// <summary>How far the direction lies from that in one recording or another.</summary>
    public required float[] GravitySpread { get; init; }

    /// <summary>Strides (two steps) a second, 0 at rest.</summary>
    public required float StrideHz { get; init; }

    public required float StrideHzSpread { get; init; }

    /// <summary>[channel, harmonic of the stride rate]; empty at rest.</summary>
    public required float[] Amplitude { get; init; }

    /// <summary>Radians, as Amplitude.</summary>
    public required float[] Phase { get; init; }

    /// <summary>Standard deviation of the noise of each channel.</summary>
    public required float[] NoiseDeviation { get; init; }

    /// <summary>Correlation of each channel's noise from one sample to the next.</summary>
    public required float[] NoiseCorrelation { get; init; }
}
