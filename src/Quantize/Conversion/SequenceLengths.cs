using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Folding;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// An input that only tells recurrent layers how long each sequence is: in a stream every sequence is as long as what has come, so the
/// input goes.
/// </summary>
internal static class SequenceLengths
{
    private const int Input = 4;

    /// <returns>The graph itself where it has no such input.</returns>
    public static OnnxGraph Remove(OnnxGraph graph)
    {
        var reached = graph.Inputs.Select(input => (input.Name, Wires: Reached(graph, input.Name))).Where(pair => pair.Wires is not null)
            .ToArray();
        if (reached.Length == 0)
            return graph;

        var streaming = graph.Clone();
        foreach (var (name, wires) in reached)
        {
            foreach (var node in streaming.Nodes.Where(IsRecurrent)
                .Where(node => node.Input(Input) is { } lengths && wires!.Contains(lengths)))
            {
                node.Inputs[Input] = "";
            }

            streaming.Inputs.RemoveAll(input => input.Name == name);
            streaming.Nodes.RemoveAll(node => node.Inputs.Any(wires!.Contains));
        }

        GraphCleanup.RemoveUnused(streaming);
        return streaming;
    }

    /// <summary>The wires between an input and sequence_lens; null where the input goes anywhere else.</summary>
    private static HashSet<string>? Reached(OnnxGraph graph, string input)
    {
        var wires = new HashSet<string> { input };
        var used = false;
        foreach (var node in graph.Nodes)
        {
            if (!OnnxGraph.ReadBy(node).Any(wires.Contains))
                continue;

            if (node.OpType is "Cast" or "Squeeze" or "Unsqueeze" or "Reshape")
                wires.UnionWith(node.Outputs);
            else if (IsRecurrent(node) && Enumerable.Range(0, node.Inputs.Count).All(i => i == Input || !wires.Contains(node.Inputs[i])))
                used = true;
            else
                return null;
        }

        return used && !graph.Outputs.Any(output => wires.Contains(output.Name)) ? wires : null;
    }

    private static bool IsRecurrent(OnnxNode node) => node.OpType is "LSTM" or "GRU" or "RNN";
}
