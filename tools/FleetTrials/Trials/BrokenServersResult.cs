namespace EdgeSeq.FleetTrials.Trials;

/// <summary>What became of a run in which Redis and the broker went away.</summary>
/// <param name="Missing">Samples that gave no output.</param>
/// <param name="Different">Outputs with other bits than the stream gives alone.</param>
/// <param name="Memory">Of the silo whose memory grew most while servers stood still and malformed messages came.</param>
internal sealed record BrokenServersResult(
    int Streams, long Samples, long Outputs, long Missing, long Different, long Repeated, long Contradictions, MemoryGrowth Memory,
    bool IsWhole, ShardCounts Counts)
{
    /// <summary>Every sample gave its output, with the right bits.</summary>
    public bool IsExact => IsWhole && Missing == 0 && Different == 0 && Contradictions == 0;

    /// <summary>For runs of several minutes: the heap of a new process grows at first.</summary>
    public bool Passed => IsExact && Memory.IsFlat;
}
