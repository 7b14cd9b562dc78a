namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>Keeps wires apart that had the same name in different subgraphs.</summary>
internal sealed class WireRenaming
{
    private readonly Dictionary<string, int> _definitions = [];
    private readonly NameScope _names;

    public WireRenaming(OnnxGraph root)
    {
        _names = NameScope.OfWires(root);
        foreach (var wire in root.AndSubgraphs().SelectMany(graph => graph.Defined()))
            _definitions[wire] = _definitions.GetValueOrDefault(wire) + 1;
    }

    /// <summary>Wires that are defined once in the model keep their names; others get new ones.</summary>
    public Dictionary<string, string> Unique(IEnumerable<string> wires) =>
        wires.ToDictionary(wire => wire, wire => _definitions[wire] == 1 ? wire : _names.Unique(wire));

    /// <summary>Renames what the node reads and gives, also in its subgraphs.</summary>
    public static void Rename(OnnxNode node, IReadOnlyDictionary<string, string> names)
    {
        Rename(node.Inputs, names);
        Rename(node.Outputs, names);
        foreach (var subgraph in node.Subgraphs)
            Rename(subgraph, names);
    }

    private static void Rename(OnnxGraph graph, IReadOnlyDictionary<string, string> names)
    {
        var own = graph.Defined().ToHashSet();
        var visible = names.Where(pair => !own.Contains(pair.Key)).ToDictionary();
        foreach (var node in graph.Nodes)
            Rename(node, visible);
        for (var i = 0; i < graph.Outputs.Count; i++)
        {
            if (visible.TryGetValue(graph.Outputs[i].Name, out var name))
                graph.Outputs[i] = graph.Outputs[i] with { Name = name };
        }
    }

    private static void Rename(List<string> wires, IReadOnlyDictionary<string, string> names)
    {
        for (var i = 0; i < wires.Count; i++)
            wires[i] = names.GetValueOrDefault(wires[i], wires[i]);
    }
}
