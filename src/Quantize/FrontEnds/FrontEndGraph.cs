using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.FrontEnds;

/// <summary>A front end as an ONNX graph over a sequence of samples.</summary>
/// <param name="Graph">Input [1, T, samples], output [1, rows, ..].</param>
/// <param name="Features">The output.</param>
/// <param name="Lengths">T at which it gives rows.</param>
/// <param name="Notes">How the stream differs from the library's whole-recording form.</param>
internal sealed record FrontEndGraph(OnnxGraph Graph, Signal Features, IReadOnlyList<int> Lengths, IReadOnlyList<string> Notes);
