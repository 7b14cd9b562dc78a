using EdgeSeq.Fleet.Engine;

namespace EdgeSeq.Fleet.Shards;

/// <summary>Which streams are asked for.</summary>
/// <param name="Text">Part of the name or of the last event; empty for all.</param>
/// <param name="Order">Name and event from A, rate, faults and age from the highest.</param>
/// <param name="Most">How many.</param>
[GenerateSerializer, Immutable, Alias("edgeseq.query")]
public sealed record StreamQuery([property: Id(0)] string Text, [property: Id(1)] StreamOrder Order, [property: Id(2)] int Most);

/// <summary>A stream as a list shows it.</summary>
/// <param name="LastTime">Time stamp of its last sample, in microseconds since 1970 (UTC).</param>
/// <param name="Rate">Steps a second, of late.</param>
[GenerateSerializer, Immutable, Alias("edgeseq.stream-row")]
public sealed record StreamRow(
    [property: Id(0)] string Stream,
    [property: Id(1)] string? LastEvent,
    [property: Id(2)] long LastTime,
    [property: Id(3)] double Rate,
    [property: Id(4)] StreamCounters Counters,
    [property: Id(5)] bool HasStopped,
    [property: Id(6)] string Shard,
    [property: Id(7)] double Milliseconds);

/// <summary>Streams that were asked for, and how many there are.</summary>
[GenerateSerializer, Immutable, Alias("edgeseq.stream-page")]
public sealed record StreamPage([property: Id(0)] StreamRow[] Rows, [property: Id(1)] int Count);

/// <summary>A shard as a list shows it.</summary>
/// <param name="Silo">Where it is.</param>
/// <param name="Position">Messages it took in its life.</param>
/// <param name="Saved">Place in the log of its last snapshot.</param>
/// <param name="P50">Milliseconds from the receipt of a message until its steps are done, since it came to this silo.</param>
/// <param name="SnapshotBytes">Size of its last snapshot.</param>
[GenerateSerializer, Immutable, Alias("edgeseq.shard-report")]
public sealed record ShardReport(
    [property: Id(0)] string Shard,
    [property: Id(1)] string Silo,
    [property: Id(2)] int Streams,
    [property: Id(3)] long Position,
    [property: Id(4)] long Saved,
    [property: Id(5)] double Rate,
    [property: Id(6)] StreamCounters Counters,
    [property: Id(7)] long RefusedBlocks,
    [property: Id(8)] double P50,
    [property: Id(9)] double P99,
    [property: Id(10)] int SnapshotBytes);
