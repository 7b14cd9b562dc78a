namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>
/// A constant number of elements from a computed place on (rows of a position table from an offset that a caller counts): a Slice or Range
/// from s to s + k is the places s, s + 1, .. s + k − 1.
/// </summary>
internal static class PlacedRows
{
    private const int MostElements = 1 << 20;

    public static bool Is(OnnxNode node, OnnxGraph graph) => CountOf(node, graph) is not null;

    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        var count = CountOf(node, parts.Graph)!.Value;
        var start = node.OpType == "Slice" ? node.Inputs[1] : node.Inputs[0];
        if (node.OpType == "Slice" && (parts.Rank(start) != 1 || parts.Size(start, 0) is not 1))
            return false;

        long[] steps = [.. Enumerable.Range(0, (int)count).Select(i => (long)i)];
        var places = parts.Add("Add", [parts.Cast(start, OnnxElementType.Int64), parts.Ints(steps)]);
        parts.Output(0, node.OpType == "Range" ? parts.Cast(places, parts.TypeOf(start))
            : parts.Add("Gather", [node.Inputs[0], places], ("axis", parts.Constant(3)?.ToInts()[0] ?? 0L)));
        return true;
    }

    /// <summary>How many elements follow each other from a place that is no constant; null where the node is another.</summary>
    private static long? CountOf(OnnxNode node, OnnxGraph graph)
    {
        if (node.Domain.Length > 0 || node.OpType is not ("Slice" or "Range") || node.Inputs.Count < 3)
            return null;

        var (start, end, axes, step) = node.OpType == "Slice" ? (node.Inputs[1], node.Inputs[2], node.Input(3), node.Input(4))
            : (node.Inputs[0], node.Inputs[1], null, node.Inputs[2]);
        var comesByOne = IsOne(graph, step) && (axes is null || graph.Constant(axes) is { Count: 1 });
        return comesByOne && graph.Constant(start) is null && graph.Constant(end) is null ? Between(graph, start, end) : null;
    }

    private static bool IsOne(OnnxGraph graph, string? wire) =>
        wire is null || (graph.Constant(wire) is { Count: 1 } only && only.ToDoubles()[0] == 1);

    /// <summary>What is added to one wire to give the other; null where that is not a constant number of elements.</summary>
    private static long? Between(OnnxGraph graph, string start, string end)
    {
        var producers = graph.Producers();
        if (producers.GetValueOrDefault(Origin(end, producers)) is not { OpType: "Add" } sum)
            return null;

        var at = sum.Inputs.FindIndex(input => Origin(input, producers) == Origin(start, producers));
        return at >= 0 && graph.Constant(sum.Inputs[1 - at]) is { Count: 1 } added && added.ElementType.IsInteger()
            && added.ToInts()[0] is > 0 and <= MostElements and var elements ? elements : null;
    }

    /// <summary>The wire that another form of it was made from.</summary>
    private static string Origin(string wire, Dictionary<string, OnnxNode> producers)
    {
        while (producers.GetValueOrDefault(wire) is { OpType: "Cast" or "Identity" or "Reshape" or "Squeeze" or "Unsqueeze" } node)
            wire = node.Inputs[0];

        return wire;
    }
}
