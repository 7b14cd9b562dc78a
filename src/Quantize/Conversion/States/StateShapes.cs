using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Decomposition;
using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Streaming;

namespace EdgeSeq.Quantize.Conversion.States;

/// <summary>Open dimensions of states are batches, whatever the exporter called them: a session is one stream, so they are 1.</summary>
internal static class StateShapes
{
    public static OnnxGraph Fix(OnnxGraph graph, IReadOnlyList<StatePair> states)
    {
        var inputs = graph.Inputs.Where(input => states.Any(pair => pair.Input == input.Name)).ToArray();
        if (inputs.All(input => input.Dims is null || input.Dims.All(dim => dim.Size is not null)))
            return graph;

        var symbols = inputs.SelectMany(input => input.Dims ?? []).Select(dim => dim.Symbol).OfType<string>().ToHashSet();
        var known = graph.Clone();
        for (var i = 0; i < known.Inputs.Count; i++)
        {
            var (input, isState) = (known.Inputs[i], inputs.Any(state => state.Name == known.Inputs[i].Name));
            if (input.Dims is { } dims)
            {
                known.Inputs[i] = input with
                {
                    Dims = [.. dims.Select(dim => dim.Size is null
                    && (isState || (dim.Symbol is string symbol && symbols.Contains(symbol))) ? new OnnxDimension(1) : dim)]
                };
            }
        }

        for (var i = 0; i < known.Outputs.Count; i++)
            known.Outputs[i] = known.Outputs[i] with { Dims = null };

        return Simplification.Of(known, FoldOptions.None);
    }
}
