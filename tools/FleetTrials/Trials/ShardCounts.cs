using EdgeSeq.FleetTrials.Servers;

namespace EdgeSeq.FleetTrials.Trials;

/// <summary>What the shards of a deployment counted.</summary>
internal sealed record ShardCounts(long Stepped, long Late, long Duplicate, long Missing)
{
    public static async Task<ShardCounts> Of(SiloServer silo, string deployment)
    {
        var shards = await silo.Shards(deployment);
        return new ShardCounts(Sum("stepped"), Sum("late"), Sum("duplicate"), Sum("missing"));

        long Sum(string name) => shards.Sum(shard => (long)shard!["counters"]![name]!);
    }
}
