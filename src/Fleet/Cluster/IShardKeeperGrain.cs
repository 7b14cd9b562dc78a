using Orleans.Concurrency;

namespace EdgeSeq.Fleet.Cluster;

/// <summary>The one grain of a cluster that sees to it that every shard is up somewhere.</summary>
[Alias("edgeseq.keeper")]
internal interface IShardKeeperGrain : IGrainWithIntegerKey
{
    /// <summary>Calls every shard that does not owe an answer yet; does not wait for the answers.</summary>
    [Alias("keep"), AlwaysInterleave, ResponseTimeout("00:00:01")]
    Task Keep();
}
