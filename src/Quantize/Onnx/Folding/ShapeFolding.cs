namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>Replaces shape arithmetic whose result is known from the inferred dimensions, and casts to the type a wire already has.</summary>
internal static class ShapeFolding
{
    public static bool Apply(OnnxGraph graph, IReadOnlyDictionary<string, OnnxValue> types)
    {
        var changed = false;
        var values = ShapeValues.Infer(graph, types);
        foreach (var node in graph.Nodes.ToList())
        {
            if (node.Output(0) is { } output && values.TryGetValue(output, out var value) && value.IsKnown)
            {
                graph.Initializers[output] = value.ToTensor(types[output].ElementType);
                graph.Nodes.Remove(node);
                changed = true;
            }
            else if (node.Is("Cast") && types.TryGetValue(node.RequiredInput(0), out var type) && (long)type.ElementType == node.Int("to"))
            {
                node.OpType = "Identity";
                node.Attributes.Clear();
                changed = true;
            }
        }

        return changed;
    }
}
