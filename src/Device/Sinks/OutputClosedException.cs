namespace EdgeSeq.Device.Sinks;

/// <summary>The reader of our output (such as <c>head</c>) has seen enough and went away: a quiet end, not an error.</summary>
public sealed class OutputClosedException(Exception inner) : Exception("the reader of the output has gone away", inner);
