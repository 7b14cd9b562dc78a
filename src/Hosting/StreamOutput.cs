namespace EdgeSeq.Hosting;

/// <summary>An output of a stream.</summary>
/// <param name="Step">Steps of the stream so far, this one included.</param>
/// <param name="Values">The model's first output, in an array of its own.</param>
public sealed record StreamOutput(long Step, IReadOnlyList<float> Values);
