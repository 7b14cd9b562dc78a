using EdgeSeq.Fleet.Engine;

namespace EdgeSeq.Fleet.Outs;

/// <summary>What one call of a shard gave.</summary>
/// <param name="Outputs">As <see cref="Messages.OutputBatch"/> says.</param>
/// <param name="Events">Each a JSON object.</param>
public sealed record OutputMessage(ShardId Shard, ReadOnlyMemory<byte> Outputs, IReadOnlyList<StreamEvent> Events);
