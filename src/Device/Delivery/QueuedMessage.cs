namespace EdgeSeq.Device.Delivery;

/// <summary>A message on the disk.</summary>
/// <param name="Sequence">From 1, one more for each message of the queue.</param>
internal readonly record struct QueuedMessage(long Sequence, byte[] Content);
