using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>How a sensor is sampled.</summary>
internal sealed record SamplerSettings
{
    /// <summary>As the user wrote it, for messages.</summary>
    public required string Source { get; init; }

    public required double RateHz { get; init; }

    /// <summary>Whether to wait for each sample's time; a simulated sensor is asked as fast as the program runs.</summary>
    public required bool IsPaced { get; init; }

    /// <summary>Faulty samples in a row after which the sensor is closed and opened again.</summary>
    public required int ReopenAfter { get; init; }

    /// <summary>Equal samples in a row that are still believed; 0 believes any number.</summary>
    public required int StuckAfter { get; init; }

    public required Action<string> Warn { get; init; }

    /// <summary>What a paced sensor is sampled by.</summary>
    public IClock Clock { get; init; } = SystemClock.Instance;

    public required StopSignal Stop { get; init; }
}
