namespace EdgeSeq.Benchmarks.Paired;

/// <summary>Something to time.</summary>
/// <param name="Steps">Steps that one call makes.</param>
internal sealed record Subject(string Name, Action Step, int Steps = 1);
