namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>A selection that TensorFlow's exporter writes as a sum of products with a mask and its opposite: Where.</summary>
internal static class ArithmeticSelection
{
    private static readonly HashSet<string> TruthValues =
        ["Not", "And", "Or", "Xor", "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "IsNaN", "IsInf"];

    /// <summary>Changes the graph and its subgraphs in place.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        var changed = false;
        foreach (var each in graph.AndSubgraphs().ToList())
        {
            var producers = each.Producers();
            foreach (var sum in each.Nodes.Where(node => node.Is("Add")))
            {
                if ((Selection(each, producers, sum.Inputs[0], sum.Inputs[1]) ?? Selection(each, producers, sum.Inputs[1], sum.Inputs[0]))
                    is not { } selection)
                {
                    continue;
                }

                sum.OpType = "Where";
                sum.Inputs.Clear();
                sum.Inputs.AddRange(selection);
                changed = true;
            }
        }

        return changed;
    }

    /// <summary>Mask, what it takes and what it leaves, where one product is with the mask and the other with its opposite.</summary>
    private static string[]? Selection(OnnxGraph graph, Dictionary<string, OnnxNode> producers, string taken, string left)
    {
        foreach (var (mask, value) in Factors(producers, taken))
        {
            foreach (var (opposite, other) in Factors(producers, left))
            {
                if (Truth(producers, mask) is { } truth && IsOpposite(graph, producers, opposite, mask, truth))
                    return [truth, value, other];
            }
        }

        return null;
    }

    private static (string, string)[] Factors(Dictionary<string, OnnxNode> producers, string wire) =>
        producers.TryGetValue(wire, out var product) && product.Is("Mul")
            ? [(product.Inputs[0], product.Inputs[1]), (product.Inputs[1], product.Inputs[0])] : [];

    /// <summary>The truth value of which a wire is the number.</summary>
    private static string? Truth(Dictionary<string, OnnxNode> producers, string wire) =>
        producers.TryGetValue(wire, out var cast) && cast.Is("Cast") ? cast.Inputs[0] : null;

    private static bool IsOpposite(OnnxGraph graph, Dictionary<string, OnnxNode> producers, string wire, string mask, string truth)
    {
        if (Truth(producers, wire) is { } other && producers.TryGetValue(other, out var not) && not.Is("Not"))
            return not.Inputs[0] == truth;

        return producers.TryGetValue(wire, out var sub) && sub.Is("Sub") && sub.Inputs[1] == mask
            && graph.Constant(sub.Inputs[0])?.ToFloats() is [1] && producers.TryGetValue(truth, out var comparison)
            && TruthValues.Contains(comparison.OpType);
    }
}
