namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>One number a key, times a factor, that is added to the scores of all queries.</summary>
internal sealed record KeyBias(StreamWire Stream, float Factor);
