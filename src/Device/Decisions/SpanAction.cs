namespace EdgeSeq.Device.Decisions;

/// <summary>Reads or fills a part of a state.</summary>
internal delegate void SpanAction(Span<byte> part);
