namespace EdgeSeq.Quantize.Onnx.Opsets;

/// <summary>
/// Exporters write bounds, axes and sizes of one number as a tensor without dimensions, where ONNX asks for a vector of one element
/// and ONNX Runtime refuses anything else. They are made vectors.
/// </summary>
internal static class VectorInputs
{
    private static readonly Dictionary<string, int[]> Inputs = new()
    {
        ["Slice"] = [1, 2, 3, 4],
        ["Squeeze"] = [1],
        ["Unsqueeze"] = [1],
        ["Reshape"] = [1],
        ["Expand"] = [1],
        ["Tile"] = [1],
        ["ConstantOfShape"] = [0],
    };

    /// <returns>The node with what makes its inputs vectors in front.</returns>
    public static IEnumerable<OnnxNode> Apply(OnnxNode node, NormalizationScope scope)
    {
        if (!Inputs.TryGetValue(node.OpType, out var inputs))
            return [node];

        var added = new List<OnnxNode>();
        foreach (var input in inputs.Where(input => scope.HasNoDimensions(node.Input(input))))
        {
            scope.IsRepaired = true;
            if (scope.Graph.Constant(node.Inputs[input]) is { } constant)
            {
                node.Inputs[input] = scope.AddConstant(node, "vector", constant.Reshaped(1));
                continue;
            }

            var vector = scope.NewNode(node, "Reshape", node.Inputs[input], scope.AddConstant(node, "one", OnnxTensor.Vector(1)));
            added.Add(vector);
            node.Inputs[input] = vector.Outputs[0];
        }

        return [.. added, node];
    }
}
