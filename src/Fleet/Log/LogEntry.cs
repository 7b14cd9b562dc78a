namespace EdgeSeq.Fleet.Log;

/// <summary>A message of a shard's log.</summary>
/// <param name="Position">Its number.</param>
public readonly record struct LogEntry(long Position, ReadOnlyMemory<byte> Message);
