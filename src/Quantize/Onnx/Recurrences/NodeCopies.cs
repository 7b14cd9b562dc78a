namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Whether nodes do the same, whatever they read.</summary>
internal static class NodeCopies
{
    public static bool IsCopy(OnnxNode node, OnnxNode other) =>
        other.OpType == node.OpType && other.Domain == node.Domain && other.Inputs.Count == node.Inputs.Count
        && other.Outputs.Count == node.Outputs.Count && other.Attributes.Count == node.Attributes.Count
        && node.Attributes.All(attribute =>
            other.Attributes.TryGetValue(attribute.Key, out var same) && IsSame(attribute.Value, same));

    private static bool IsSame(OnnxAttribute a, OnnxAttribute b) => (a, b) switch
    {
        (OnnxAttribute.Ints x, OnnxAttribute.Ints y) => x.Values.SequenceEqual(y.Values),
        (OnnxAttribute.Floats x, OnnxAttribute.Floats y) => x.Values.SequenceEqual(y.Values),
        (OnnxAttribute.Tensor or OnnxAttribute.Graph or OnnxAttribute.Strings, _) => false,
        _ => a == b,
    };
}
