namespace EdgeSeq.Device.Delivery;

/// <summary>What became of messages.</summary>
/// <param name="Count">How many, from the first, are done with; at least one.</param>
/// <param name="Refusal">Why the other side will never take them; null where it has them.</param>
internal readonly record struct SendResult(int Count, string? Refusal = null);
