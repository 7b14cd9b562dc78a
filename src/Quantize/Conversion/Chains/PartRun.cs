using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>How a part of a chain runs: enough for ONNX Runtime to compute the same.</summary>
/// <param name="Graph">A block's; a model's as its file has it.</param>
/// <param name="Model">Null: a block.</param>
/// <param name="Inputs">Those that links give; others are the program's.</param>
/// <param name="TimeAxes">Of inputs and outputs that are sequences; empty: the graph runs whole each time.</param>
/// <param name="Ports">When each output is there.</param>
internal sealed record PartRun(string Name, OnnxGraph Graph, OnnxModel? Model, IReadOnlyList<StatePair> States,
    IReadOnlyList<PartInput> Inputs, IReadOnlyDictionary<string, int> TimeAxes, IReadOnlyDictionary<string, Clock> Ports);
