using EdgeSeq.Device.Delivery;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sinks;

/// <summary>What a sink must know about the program and the run.</summary>
public sealed record SinkContext
{
    public required IReadOnlyList<OutputInfo> Outputs { get; init; }

    /// <summary>Whether the source is a set of recordings, so that outputs stack as [N, T, …] and not as [T, …].</summary>
    public required bool IsBatch { get; init; }

    /// <summary>Whether steps come from a device or a person, for as long as it runs: files are then written as the run goes.</summary>
    public bool IsLive { get; init; }

    /// <summary>Whether the stream goes on where an earlier run left it.</summary>
    public bool GoesOn { get; init; }

    /// <summary>Names of the events; null where no rule makes any.</summary>
    public IReadOnlyList<string>? EventNames { get; init; }

    /// <summary>Samples of the source a second, where known.</summary>
    public double? SamplesPerSecond { get; init; }

    /// <summary>Steps a second, where known.</summary>
    public double? StepsPerSecond { get; init; }

    /// <summary>What the run has done so far, for sinks that tell.</summary>
    public RunCounters Counters { get; init; } = new();

    /// <summary>What happened while a device was sampled; null where the source is none.</summary>
    public SamplingReport? Sampling { get; init; }

    /// <summary>Set when the run is to end at once: sinks then wait for nobody longer than they must.</summary>
    public StopSignal? Stop { get; init; }

    /// <summary>What became of messages, one for each sink that hands them to someone else; the sinks add theirs.</summary>
    public ICollection<DeliveryReport> Deliveries { get; } = new List<DeliveryReport>();

    /// <summary>Takes a sentence that the user should see although the run goes on; from any thread.</summary>
    public Action<string> Warn { get; init; } = _ => { };
}
