namespace EdgeSeq.FleetTrials.Trials;

/// <summary>What became of a run in which Redis and the broker went away.</summary>
/// <param name="Missing">Samples that gave no output.</param>
/// <param name="Different">Outputs with other bits than the stream gives alone.</param>
/// <param name="RssBefore">Highest memory of a silo, in MB, after the malformed messages.</param>
/// <param name="RssAfter">The same at the end.</param>
internal sealed record BrokenServersResult(
    int Streams, long Samples, long Outputs, long Missing, long Different, long Repeated, long Contradictions, double RssBefore,
    double RssAfter, bool IsWhole, ShardCounts Counts)
{
    public bool Passed => IsWhole && Missing == 0 && Different == 0 && Contradictions == 0;
}
