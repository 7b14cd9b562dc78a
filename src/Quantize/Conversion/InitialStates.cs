using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Streaming;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// In a graph over a whole sequence, inputs that are initial states become zeros, and the final states that pair with them are no
/// outputs: the session keeps them. A place that a caller would count on is 0: the session counts its steps.
/// </summary>
internal static class InitialStates
{
    private const int InitialH = 5;
    private static readonly HashSet<string> Layout = ["Cast", "Concat", "Expand", "Gather", "Reshape", "Slice", "Split", "Squeeze",
        "Transpose", "Unsqueeze"];

    public static OnnxGraph Bind(OnnxGraph graph, IReadOnlyList<StatePair> states, IReadOnlyDictionary<string, int> timeAxes)
    {
        var initial = graph.Inputs.Where(input => !timeAxes.ContainsKey(input.Name)
            && (states.Any(pair => pair.Input == input.Name) || OnlyStartsRecurrence(graph, input.Name)
            || FirstPlaces.IsOne(graph, input))).Select(input => input.Name)
            .ToArray();
        if (initial.Length == 0)
            return graph;

        var bound = ConstantFolding.Fold(graph, new FoldOptions { Values = initial.ToDictionary(name => name, _ => "0") });
        bound.Outputs.RemoveAll(output => states.Any(pair => pair.Output == output.Name) && bound.Outputs.Count > 1);
        GraphCleanup.RemoveUnused(bound);
        return bound;
    }

    /// <summary>The input reaches nothing but initial states of recurrent layers, and as it is: what is computed from it is no
    /// state.</summary>
    private static bool OnlyStartsRecurrence(OnnxGraph graph, string input)
    {
        var reached = new HashSet<string> { input };
        var starts = false;
        foreach (var node in graph.Nodes)
        {
            var recurrent = node.OpType is "LSTM" or "GRU" or "RNN";
            for (var i = 0; i < node.Inputs.Count; i++)
            {
                if (reached.Contains(node.Inputs[i]))
                {
                    if (recurrent && i < InitialH)
                        return false;

                    starts |= recurrent;
                }
            }

            if (!recurrent && node.OpType != "Shape" && node.Inputs.Any(reached.Contains))
            {
                if (!Layout.Contains(node.OpType))
                    return false;

                reached.UnionWith(node.Outputs);
            }
        }

        return starts && !graph.Outputs.Any(output => reached.Contains(output.Name));
    }
}
