using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Decomposition;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// A stream has one row in every open dimension that is not time. Exporters ask for such sizes at run time (a squeeze that may be none,
/// which PyTorch writes as If): the branch for one row is the one that is taken.
/// </summary>
internal static class BranchesOfOneRow
{
    /// <returns>The graph itself where it has no branches.</returns>
    public static OnnxGraph Decide(OnnxGraph graph, IReadOnlyDictionary<string, int> timeAxes)
    {
        if (!graph.Nodes.Exists(node => node.Is("If")))
            return graph;

        var single = graph.Clone();
        for (var i = 0; i < single.Inputs.Count; i++)
        {
            var input = single.Inputs[i];
            int? time = timeAxes.TryGetValue(input.Name, out var axis) ? axis : null;
            single.Inputs[i] = input with
            {
                Dims = input.Dims?.Select((dim, at) => at == time || dim.Size is not null ? dim : new OnnxDimension(1)).ToArray(),
            };
        }

        return Simplification.Of(single);
    }
}
