using EdgeSeq.Fleet.Engine;

namespace EdgeSeq.Fleet.Shards;

/// <summary>Reads the topics of shards; a service that is there where samples come from a broker.</summary>
internal interface ITopicReaders
{
    /// <summary>Reads a shard's topic until it is disposed of. What it reads goes to the shards of its streams, on this silo or
    /// another.</summary>
    IAsyncDisposable Read(ShardId shard);
}
