namespace EdgeSeq.Benchmarks.Curves;

/// <summary>What one unit of work takes as there is more of it.</summary>
/// <param name="Title">What is done.</param>
/// <param name="Of">What grows.</param>
/// <param name="Unit">Of the times.</param>
/// <param name="Points">How much there is, and the time.</param>
internal sealed record Curve(string Title, string Of, string Unit, IReadOnlyList<(int Amount, double Time)> Points);
