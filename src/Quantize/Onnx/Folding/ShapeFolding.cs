namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>Replaces shape arithmetic whose result is known from the inferred dimensions, and casts to the type a wire already
/// has.</summary>
internal static class ShapeFolding
{
    public static bool Apply(OnnxGraph graph, IReadOnlyDictionary<string, OnnxValue> types)
    {
        var values = ShapeValues.Infer(graph, types);
        var changed = graph.Nodes.RemoveAll(node =>
        {
            if (node.Output(0) is not { } output || !values.TryGetValue(output, out var value) || !value.IsKnown)
                return false;
            graph.Initializers[output] = value.ToTensor(types[output].ElementType);
            return true;
        }) > 0;

        foreach (var node in graph.Nodes)
        {
            if (node.Is("Cast") && types.TryGetValue(node.RequiredInput(0), out var type) && (long)type.ElementType == node.Int("to"))
            {
                node.OpType = "Identity";
                node.Attributes.Clear();
                changed = true;
            }
        }

        return changed;
    }
}
