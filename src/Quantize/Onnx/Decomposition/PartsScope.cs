namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>The graph whose nodes are written out, with the types of its wires and the names that are taken.</summary>
internal sealed class PartsScope(OnnxGraph graph, IReadOnlyDictionary<string, OnnxValue> types)
{
    public OnnxGraph Graph { get; } = graph;

    public NameScope Wires { get; } = NameScope.OfWires(graph);

    public NameScope Nodes { get; } = NameScope.OfNodes(graph);

    public OnnxValue? TypeOf(string wire) => types.GetValueOrDefault(wire);
}
