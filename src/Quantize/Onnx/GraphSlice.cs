using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx;

/// <summary>Cuts out the part of a graph that computes some wires from others.</summary>
public static class GraphSlice
{
    /// <param name="inputs">Wires that become the inputs of the result, whatever computes them in <paramref name="graph"/>.</param>
    /// <param name="outputs">Wires that become its outputs; their types are left open.</param>
    /// <returns>A graph that shares nodes with <paramref name="graph"/>; change neither while both are in use.</returns>
    /// <exception cref="EdgeSeqException">ES0204: an output depends on something that is neither given nor computed.</exception>
    public static OnnxGraph Take(OnnxGraph graph, IReadOnlyCollection<OnnxValue> inputs, IReadOnlyCollection<string> outputs)
    {
        var given = inputs.Select(input => input.Name).ToHashSet();
        var slice = new OnnxGraph(graph.Name);
        foreach (var (domain, version) in graph.Opsets)
            slice.Opsets[domain] = version;
        slice.Inputs.AddRange(inputs);
        slice.Outputs.AddRange(outputs.Select(output => new OnnxValue(output, OnnxElementType.Undefined, null)));

        var producers = graph.Producers();
        var needed = new HashSet<OnnxNode>();
        var seen = new HashSet<string>(given);
        var pending = new Stack<string>(outputs);
        while (pending.TryPop(out var wire))
        {
            if (!seen.Add(wire))
                continue;
            if (producers.TryGetValue(wire, out var node))
            {
                if (needed.Add(node))
                {
                    foreach (var read in OnnxGraph.ReadBy(node))
                        pending.Push(read);
                }
            }
            else
            {
                slice.Initializers[wire] = graph.Constant(wire) ?? throw new EdgeSeqException(
                    ErrorCodes.OnnxGraphInvalid, $"wire '{wire}' of graph '{graph.Name}' has no value here");
            }
        }

        slice.Nodes.AddRange(graph.Nodes.Where(needed.Contains));
        return slice;
    }
}
