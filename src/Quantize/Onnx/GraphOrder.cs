using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx;

/// <summary>Puts a graph's nodes into topological order and checks that every wire is defined once.</summary>
internal static class GraphOrder
{
    /// <summary>Sorts; nodes that are in order already keep their places.</summary>
    /// <remarks>A subgraph is sorted before the graph around it is complete, so that a wire it takes from outside is only checked
    /// there, where it counts as an input of the node that holds the subgraph.</remarks>
    /// <exception cref="EdgeSeqException">ES0204: a wire is defined twice or never, or nodes depend on each other in a circle.</exception>
    public static void Sort(OnnxGraph graph)
    {
        var defined = DefinedOnce(graph);
        var available = new HashSet<string>(graph.Inputs.Select(input => input.Name).Concat(graph.Initializers.Keys));
        var readers = new Dictionary<string, List<int>>();
        var missing = new int[graph.Nodes.Count];
        var ready = new PriorityQueue<int, int>();
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (var wire in OnnxGraph.ReadBy(graph.Nodes[i]))
            {
                if (graph.Outer is null && !defined.Contains(wire))
                    throw Invalid($"{graph.Nodes[i]} reads '{wire}', which nothing defines");
                if (!defined.Contains(wire) || available.Contains(wire))
                    continue;
                if (!readers.TryGetValue(wire, out var list))
                    readers[wire] = list = [];
                list.Add(i);
                missing[i]++;
            }

            if (missing[i] == 0)
                ready.Enqueue(i, i);
        }

        var ordered = new List<OnnxNode>(graph.Nodes.Count);
        while (ready.TryDequeue(out var index, out _))
        {
            ordered.Add(graph.Nodes[index]);
            foreach (var reader in graph.Nodes[index].Outputs.Where(readers.ContainsKey).SelectMany(output => readers[output]))
            {
                if (--missing[reader] == 0)
                    ready.Enqueue(reader, reader);
            }
        }

        if (ordered.Count < graph.Nodes.Count)
            throw Invalid($"{graph.Nodes[Array.FindIndex(missing, count => count > 0)]} depends on its own output");
        graph.Nodes.Clear();
        graph.Nodes.AddRange(ordered);
    }

    private static HashSet<string> DefinedOnce(OnnxGraph graph)
    {
        var defined = new HashSet<string>();
        foreach (var wire in graph.Defined())
        {
            if (wire.Length == 0 || !defined.Add(wire))
                throw Invalid($"wire '{wire}' of graph '{graph.Name}' is defined twice or has no name");
        }

        foreach (var output in graph.Outputs)
        {
            if (output.Name.Length == 0 || (graph.Outer is null && !defined.Contains(output.Name)))
                throw Invalid($"output '{output.Name}' of graph '{graph.Name}' is not computed by any node");
        }

        return defined;
    }

    private static EdgeSeqException Invalid(string message) => new(ErrorCodes.OnnxGraphInvalid, message);
}
