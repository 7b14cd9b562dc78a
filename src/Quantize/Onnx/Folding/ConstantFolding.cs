using EdgeSeq.Quantize.Onnx.Ort;

namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>
/// Computes everything that does not depend on the remaining inputs: constant nodes, branches whose condition is constant, and
/// shape arithmetic over known dimensions. DequantizeLinear of stored weights is left alone, so that a quantised model keeps its
/// own integers.
/// </summary>
public static class ConstantFolding
{
    /// <returns>A new graph without Identity and unused nodes; <paramref name="graph"/> stays as it is.</returns>
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0720: an option does not fit the inputs; ES0208, ES0209, ES0452: ONNX
    /// Runtime refuses or fails; ES0210: a constant becomes too large.</exception>
    public static OnnxGraph Fold(OnnxGraph graph, FoldOptions? options = null)
    {
        options ??= FoldOptions.None;
        var folded = graph.Clone();
        DimensionBinding.Apply(folded, options);
        foreach (var (input, text) in options.Values)
            InputSubstitution.Apply(folded, input, text);
        do
        {
            while (FoldNodes(folded))
            {
            }
        }
        while (FoldTyped(folded, TypeInference.Infer(folded)));
        return folded;
    }

    private static bool FoldTyped(OnnxGraph graph, IReadOnlyDictionary<string, OnnxValue> types) =>
        ShapeFolding.Apply(graph, types) | SequenceFolding.Apply(graph, types) | LoopStacking.Apply(graph);

    /// <summary>One round over the graph and its subgraphs; whether anything changed.</summary>
    private static bool FoldNodes(OnnxGraph graph)
    {
        var changed = false;
        foreach (var each in graph.AndSubgraphs().ToList())
            changed |= ConstantNodes.Fold(each);
        foreach (var each in graph.AndSubgraphs().ToList())
            changed |= BranchInlining.Apply(each, graph);
        foreach (var each in graph.AndSubgraphs().ToList())
            changed |= GraphCleanup.RemoveIdentities(each);
        GraphCleanup.RemoveUnused(graph);
        return changed;
    }
}
