namespace EdgeSeq.FleetTrials.Trials;

/// <summary>What became of a run in which silos were killed.</summary>
/// <param name="Missing">Samples that gave no output.</param>
/// <param name="Different">Outputs with other bits than the stream gives alone.</param>
/// <param name="Repeated">Outputs that came again, which their sequence numbers tell.</param>
/// <param name="Contradictions">Such with other bits than the first time.</param>
/// <param name="RecoveryP50">Seconds from a kill until every shard gives outputs again; a shard gives one each half second.</param>
internal sealed record FailoverResult(
    int Silos, int Streams, int Kills, long Samples, long Outputs, long Missing, long Different, long Repeated, long Contradictions,
    double RecoveryP50, double RecoveryP99, bool IsWhole, ShardCounts Counts)
{
    public bool Passed => IsWhole && Missing == 0 && Different == 0 && Contradictions == 0;
}
