using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>An output of a model, new at the steps t ≥ Offset with (t - Offset) divisible by Rate.</summary>
/// <param name="Name">Name in the ONNX file.</param>
/// <param name="Shape">Dimensions of what comes at once.</param>
/// <param name="Type">F32 or I64.</param>
/// <param name="Length">Values of what comes at once.</param>
/// <param name="Labels">Names of the values, such as classes, where known.</param>
/// <param name="Rate">Steps from one output to the next.</param>
/// <param name="Offset">Step (from 0) of the first output.</param>
/// <param name="Kind">"stream" or "latest".</param>
public sealed record OutputInfo(
    string Name, IReadOnlyList<int> Shape, ElementType Type, int Length, IReadOnlyList<string>? Labels, int Rate, int Offset, string Kind)
{
    /// <summary>Elements along time that come at once; where a step gives several, Shape begins with them.</summary>
    public int Elements { get; init; } = 1;
}
