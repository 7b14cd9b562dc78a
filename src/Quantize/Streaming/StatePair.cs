namespace EdgeSeq.Quantize.Streaming;

/// <summary>A state that the ONNX graph takes as an input and gives back, for the next step, as an output.</summary>
internal sealed record StatePair(string Input, string Output);
