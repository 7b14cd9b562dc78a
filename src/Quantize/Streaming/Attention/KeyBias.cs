namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>One number a key, times a factor, that is added to the scores of all queries.</summary>
/// <param name="Hides">The number is <see cref="AttentionWires.HiddenBias"/> or 0: the key is hidden or not.</param>
internal sealed record KeyBias(StreamWire Stream, float Factor, bool Hides = false);
