namespace EdgeSeq.Device;

/// <summary>Reads or fills a part of a state, of the same length both times.</summary>
public delegate void SpanAction(Span<byte> part);
