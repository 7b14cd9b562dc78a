using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Onnx.Recurrences;

namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>Folds what is known and writes composite ops out, until neither finds more to do.</summary>
internal static class Simplification
{
    /// <returns>A new graph; <paramref name="graph"/> stays as it is.</returns>
    public static OnnxGraph Of(OnnxGraph graph, FoldOptions? known = null)
    {
        graph = ConstantFolding.Fold(graph, known);
        while (ArithmeticSelection.Apply(graph) || ZeroTensors.Apply(graph) || Recurrence.Apply(graph) || Decomposer.Apply(graph))
            graph = ConstantFolding.Fold(graph);

        return graph;
    }
}
