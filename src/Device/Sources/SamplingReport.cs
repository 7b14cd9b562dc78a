using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Sources;

/// <summary>What happened while a device was sampled. Samples = good ones + the sum of all faults.</summary>
public sealed class SamplingReport
{
    private static readonly int Statuses = Enum.GetValues<SampleStatus>().Length;

    private readonly long[] _statuses = new long[Statuses];

    /// <summary>Samples a second that the device is asked for.</summary>
    public double RateHz { get; init; }

    /// <summary>Samples handed on, faulty ones included.</summary>
    public long Samples { get; private set; }

    /// <summary>Reads that were tried again within the time of their sample.</summary>
    public long Retries { get; set; }

    /// <summary>How often the device was closed and opened again.</summary>
    public long Reopened { get; set; }

    /// <summary>Samples that were never read: slots passed over because a step took too long, or lost in a full buffer.</summary>
    public long Missed { get; private set; }

    /// <summary>How often samples were missed.</summary>
    public long Gaps { get; private set; }

    /// <summary>How late each sample was read, in nanoseconds; empty where the device keeps the time.</summary>
    public LatencyHistogram Jitter { get; init; } = new();

    /// <summary>Seconds by which a conversion of the rate makes the samples late; 0 without one.</summary>
    public double ConversionDelay { get; set; }

    /// <summary>The rate after that conversion, null without one.</summary>
    public double? ConvertedRateHz { get; set; }

    /// <summary>Samples that came with this status.</summary>
    public long Count(SampleStatus status) => _statuses[(int)status];

    public void Add(SampleMark mark)
    {
        Samples++;
        _statuses[(int)mark.Status]++;
        if (mark.Missed > 0)
        {
            Gaps++;
            Missed += mark.Missed;
        }
    }
}
