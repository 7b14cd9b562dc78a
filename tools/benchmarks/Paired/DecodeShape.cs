namespace EdgeSeq.Benchmarks.Paired;

/// <summary>A decode layer of a transformer.</summary>
internal readonly record struct DecodeShape(int Size, int Heads, int FeedForward, int Window);
