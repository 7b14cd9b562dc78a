using EdgeSeq.Fleet.Engine;

namespace EdgeSeq.Fleet.Shards;

/// <summary>What became of the samples of a call.</summary>
/// <param name="Position">Place of the message in the shard's log.</param>
/// <param name="Counters">What the call added.</param>
/// <param name="RefusedBlocks">Blocks left out: of new streams where the shard is full, or with values that are not the program's.</param>
[GenerateSerializer, Immutable, Alias("edgeseq.take-result")]
public readonly record struct TakeResult(
    [property: Id(0)] long Position, [property: Id(1)] StreamCounters Counters, [property: Id(2)] long RefusedBlocks);
