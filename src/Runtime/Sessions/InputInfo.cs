using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>An input of a model: what one step takes.</summary>
/// <param name="Name">Name in the ONNX file.</param>
/// <param name="Shape">Dimensions of one step's tensor.</param>
/// <param name="Type">F32 or I64.</param>
/// <param name="Length">Elements of one step.</param>
/// <param name="Channels">Names of the elements, where known.</param>
/// <param name="Unit">Physical unit, where known.</param>
public sealed record InputInfo(
    string Name, IReadOnlyList<int> Shape, ElementType Type, int Length, IReadOnlyList<string>? Channels, string? Unit);
