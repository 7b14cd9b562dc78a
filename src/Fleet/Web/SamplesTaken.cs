using EdgeSeq.Fleet.Shards;

namespace EdgeSeq.Fleet.Web;

/// <summary>What became of the samples that went to the shard in one call: those of the request, and of others that came beside
/// it.</summary>
public sealed record SamplesTaken(long Stepped, long Held, long Refused, long Late, long Duplicate, long Missing, long RefusedBlocks)
{
    internal static SamplesTaken Of(TakeResult result) => new(
        result.Counters.Stepped, result.Counters.Held, result.Counters.Refused, result.Counters.Late, result.Counters.Duplicate,
        result.Counters.Missing, result.RefusedBlocks);
}
