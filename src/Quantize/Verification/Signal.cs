namespace EdgeSeq.Quantize.Verification;

/// <summary>What an input or output was over the first steps of the first recording.</summary>
/// <param name="Labels">Names of its elements, where known.</param>
/// <param name="Length">Elements of one value.</param>
/// <param name="Steps">The step of each value.</param>
/// <param name="Values">Values one after another.</param>
/// <param name="Float">The same of the float program, for an output.</param>
public sealed record Signal(
    string Name, string? Unit, IReadOnlyList<string>? Labels, int Length, IReadOnlyList<long> Steps, ReadOnlyMemory<float> Values,
    ReadOnlyMemory<float> Float);
