namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>Takes out what has no effect.</summary>
internal static class GraphCleanup
{
    /// <summary>Joins the two wires of every Identity, unless both names are needed at the graph's border.</summary>
    public static bool RemoveIdentities(OnnxGraph graph)
    {
        var changed = false;
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet();
        var producers = graph.Producers();
        foreach (var node in graph.Nodes.Where(node => node.Is("Identity")).ToList())
        {
            var from = node.RequiredInput(0);
            var to = node.RequiredOutput(0);
            if (!outputs.Contains(to))
            {
                graph.RedirectReaders(to, from);
            }
            else if (!outputs.Contains(from) && producers.TryGetValue(from, out var producer))
            {
                producer.Outputs[producer.Outputs.IndexOf(from)] = to;
                producers[to] = producer;
                graph.RedirectReaders(from, to);
            }
            else
            {
                continue;
            }

            graph.Nodes.Remove(node);
            changed = true;
        }

        return changed;
    }

    /// <summary>Removes nodes and constants that no output depends on, in subgraphs too. Inputs stay.</summary>
    public static void RemoveUnused(OnnxGraph graph)
    {
        foreach (var subgraph in graph.Nodes.SelectMany(node => node.Subgraphs))
            RemoveUnused(subgraph);
        var read = graph.Outputs.Select(output => output.Name).ToHashSet();
        for (var i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            if (graph.Nodes[i].Outputs.Any(read.Contains))
                read.UnionWith(OnnxGraph.ReadBy(graph.Nodes[i]));
            else
                graph.Nodes.RemoveAt(i);
        }

        foreach (var wire in graph.Initializers.Keys.Where(wire => !read.Contains(wire)).ToList())
            graph.Initializers.Remove(wire);
    }
}
