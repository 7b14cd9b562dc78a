using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>An input of a model: what one step takes.</summary>
/// <param name="Name">Name in the ONNX file.</param>
/// <param name="Shape">Dimensions of one step's tensor.</param>
/// <param name="Type">F32 or I64.</param>
/// <param name="Length">Elements of one step.</param>
/// <param name="Channels">Names of the elements, where known; for a frame of one signal that signal's name.</param>
/// <param name="Unit">Physical unit, where known: one, or several joined by +, each for the channels of its quantity (g+deg/s).</param>
/// <param name="Hop">Where the input is known to be a frame of one signal: its new samples a step, 1 to Length. Null where each step is
/// whole, or nobody said.</param>
/// <param name="SampleHz">With Hop and a known rate: samples of the signal a second. Null otherwise.</param>
public sealed record InputInfo(
    string Name, IReadOnlyList<int> Shape, ElementType Type, int Length, IReadOnlyList<string>? Channels, string? Unit,
    int? Hop = null, double? SampleHz = null);
