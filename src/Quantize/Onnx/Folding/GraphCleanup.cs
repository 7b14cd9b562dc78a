namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>Takes out what has no effect.</summary>
internal static class GraphCleanup
{
    /// <summary>Joins the two wires of every Identity, unless both names are needed at the graph's border.</summary>
    public static bool RemoveIdentities(OnnxGraph graph)
    {
        var before = graph.Nodes.Count;
        RemoveInnerIdentities(graph);
        RemoveIdentitiesBeforeOutputs(graph);
        return graph.Nodes.Count < before;
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

    private static void RemoveInnerIdentities(OnnxGraph graph)
    {
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet();
        var sources = new Dictionary<string, string>();
        graph.Nodes.RemoveAll(node =>
        {
            if (!node.Is("Identity") || outputs.Contains(node.RequiredOutput(0)))
                return false;
            var from = node.RequiredInput(0);
            sources[node.RequiredOutput(0)] = sources.GetValueOrDefault(from, from);
            return true;
        });
        if (sources.Count == 0)
            return;
        foreach (var node in graph.Nodes)
            WireRenaming.Rename(node, sources);
    }

    /// <summary>Lets the node that computes an output give it its name.</summary>
    private static void RemoveIdentitiesBeforeOutputs(OnnxGraph graph)
    {
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet();
        var producers = graph.Producers();
        foreach (var node in graph.Nodes.Where(node => node.Is("Identity")).ToList())
        {
            var from = node.RequiredInput(0);
            if (outputs.Contains(from) || !producers.TryGetValue(from, out var producer))
                continue;
            var to = node.RequiredOutput(0);
            producer.Outputs[producer.Outputs.IndexOf(from)] = to;
            producers.Remove(from);
            graph.Nodes.Remove(node);
            graph.RedirectReaders(from, to);
        }
    }
}
