using EdgeSeq.Device.Run;

namespace EdgeSeq.Fleet.Engine;

/// <summary>How a shard treats its streams. It never changes in the life of a shard, so that a replay gives the same bits.</summary>
public sealed record ShardSettings
{
    /// <summary>Most streams of a shard.</summary>
    public const int MaxStreams = 256;

    /// <summary>What happens with a sample that is not finite or that the program cannot take, and after a gap.</summary>
    public FaultPolicy OnFault { get; init; } = FaultPolicy.Hold;

    /// <summary>The rule of the events; null for the program's own.</summary>
    public string? Decide { get; init; }
}
