namespace EdgeSeq.Benchmarks.Paired;

/// <summary>Something to time: one call is one step.</summary>
internal sealed record Subject(string Name, Action Step);
