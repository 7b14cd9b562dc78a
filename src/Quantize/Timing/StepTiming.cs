namespace EdgeSeq.Quantize.Timing;

/// <summary>What one way of computing a model took for an output.</summary>
/// <param name="Name">What was timed.</param>
/// <param name="Nanoseconds">Median of all rounds.</param>
/// <param name="Ratio">To the program, median of the ratios within a round.</param>
public sealed record StepTiming(string Name, double Nanoseconds, double Ratio);
