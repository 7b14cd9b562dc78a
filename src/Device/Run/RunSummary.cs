using EdgeSeq.Device.Resampling;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Run;

/// <summary>What a run did.</summary>
public sealed class RunSummary
{
    public required long Recordings { get; init; }

    public required long Steps { get; init; }

    /// <summary>Steps that produced at least one output.</summary>
    public required long Outputs { get; init; }

    /// <summary>Steps left out because of a fault in their input.</summary>
    public required long RefusedSteps { get; init; }

    /// <summary>Steps done with the last good input.</summary>
    public required long HeldSteps { get; init; }

    /// <summary>State resets because of faults.</summary>
    public required long FaultResets { get; init; }

    /// <summary>New programs that took the place of the one before.</summary>
    public long Reloads { get; init; }

    /// <summary>New program files that were not used.</summary>
    public long RefusedReloads { get; init; }

    /// <summary>Steps of a paced run that were not done when the next one was due.</summary>
    public required long DeadlineMisses { get; init; }

    /// <summary>What happened while a device was sampled; null where the source is none.</summary>
    public SamplingReport? Sampling { get; init; }

    /// <summary>The change of rate that the source made; null where it made none.</summary>
    public RateConversion? Conversion { get; init; }

    /// <summary>What the source's own time stamps say; null where it has none.</summary>
    public StampReport? Stamps { get; init; }

    /// <summary>Managed memory allocated from the second step on: 0, but for what faults, log lines and new programs
    /// take.</summary>
    public required long AllocatedBytes { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>Times of single steps.</summary>
    public required LatencyHistogram Latency { get; init; }

    /// <summary>Whether the user or the system ended the run.</summary>
    public required bool WasInterrupted { get; init; }
}
