namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>A loop runs while its iteration's number is below a limit less a constant.</summary>
/// <param name="Limit">A wire around the loop of one element.</param>
/// <param name="Less">What is taken from it.</param>
internal readonly record struct LoopBound(string Limit, long Less);
