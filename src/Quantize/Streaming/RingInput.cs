using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>The element that the reader of a ring writes first (null: a Push op did), and the attributes that say so.</summary>
internal readonly record struct RingInput(StepValue? Input, (string Name, object? Value)[] Attributes);
