using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sinks;

/// <summary>What a sink must know about the program and the run.</summary>
public sealed record SinkContext
{
    public required IReadOnlyList<OutputInfo> Outputs { get; init; }

    /// <summary>Whether the source is a set of recordings, so that outputs stack as [N, T, …] and not as [T, …].</summary>
    public required bool IsBatch { get; init; }

    /// <summary>Names of the events; null where no rule makes any.</summary>
    public IReadOnlyList<string>? EventNames { get; init; }

    /// <summary>Samples of the source a second, where known.</summary>
    public double? SamplesPerSecond { get; init; }
}
