namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>
/// An input times zero, or less itself, of which exporters make the first state in the shape of the batch: zeros of that shape. Inputs
/// are finite, so that nothing else can come of them; a value that the model computes may not be, and stays as it is written.
/// </summary>
internal static class ZeroTensors
{
    private static readonly HashSet<string> Moving =
        ["Identity", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Slice", "Gather", "Expand", "Tile", "Flatten"];

    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        var producers = graph.Producers();
        var found = graph.Nodes.Where(node => node.Domain.Length == 0 && Moved(graph, producers, node) is not null).ToList();
        foreach (var node in found)
        {
            var input = Moved(graph, producers, node)!;
            var wires = NameScope.OfWires(graph);
            var shape = new OnnxNode(NameScope.OfNodes(graph).Unique($"{node.Name}/Shape"), "Shape")
            {
                Inputs = [input.Wire],
                Outputs = [wires.Unique($"{node.Name}/shape")],
            };
            graph.Nodes.Insert(graph.Nodes.IndexOf(node), shape);
            node.OpType = "ConstantOfShape";
            node.Inputs.Clear();
            node.Inputs.Add(shape.Outputs[0]);
            node.Attributes.Clear();
            node.Attributes["value"] = OnnxTensor.Filled(input.Type, [1], 0);
        }

        return found.Count > 0;
    }

    /// <summary>The moved input that the node makes zeros of.</summary>
    private static ZeroOf? Moved(OnnxGraph graph, Dictionary<string, OnnxNode> producers, OnnxNode node)
    {
        if (node.Is("Sub") && node.Inputs[0] == node.Inputs[1])
            return Input(graph, producers, node.Inputs[0]);

        if (!node.Is("Mul"))
            return null;

        return IsZero(graph, node.Inputs[1]) ? Input(graph, producers, node.Inputs[0])
            : IsZero(graph, node.Inputs[0]) ? Input(graph, producers, node.Inputs[1]) : null;
    }

    private static bool IsZero(OnnxGraph graph, string wire) =>
        graph.Constant(wire) is { Count: 1, Rank: 0 } constant && constant.ToDoubles()[0] == 0;

    private static ZeroOf? Input(OnnxGraph graph, Dictionary<string, OnnxNode> producers, string wire)
    {
        var moved = wire;
        while (producers.TryGetValue(moved, out var node) && node.Domain.Length == 0 && Moving.Contains(node.OpType))
            moved = node.Inputs[0];

        return graph.Inputs.Find(input => input.Name == moved) is { } found ? new ZeroOf(wire, found.ElementType) : null;
    }

    private sealed record ZeroOf(string Wire, OnnxElementType Type);
}
