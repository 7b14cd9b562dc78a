namespace EdgeSeq.Quantize.Onnx;

/// <summary>Hands out names that nothing else in the model has.</summary>
internal sealed class NameScope
{
    private readonly HashSet<string> _taken = [];

    /// <summary>The names of all wires of a graph and its subgraphs.</summary>
    public static NameScope OfWires(OnnxGraph graph)
    {
        var scope = new NameScope();
        foreach (var wire in graph.AndSubgraphs().SelectMany(each => each.Defined()))
            scope.Take(wire);
        return scope;
    }

    /// <summary>The names of all nodes of a graph and its subgraphs.</summary>
    public static NameScope OfNodes(OnnxGraph graph)
    {
        var scope = new NameScope();
        foreach (var node in graph.AndSubgraphs().SelectMany(each => each.Nodes))
            scope.Take(node.Name);
        return scope;
    }

    /// <summary>Marks a name as used.</summary>
    public void Take(string name) => _taken.Add(name);

    /// <summary><paramref name="wish"/> itself, or with a number behind it.</summary>
    public string Unique(string wish)
    {
        var name = wish;
        for (var i = 1; !_taken.Add(name); i++)
            name = $"{wish}_{i}";
        return name;
    }
}
