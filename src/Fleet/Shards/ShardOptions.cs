namespace EdgeSeq.Fleet.Shards;

/// <summary><c>Fleet:Shards</c> of the configuration.</summary>
public sealed class ShardOptions
{
    /// <summary>Time between snapshots: so much a shard replays after a fault.</summary>
    public TimeSpan SnapshotEvery { get; set; } = TimeSpan.FromSeconds(5);
}
