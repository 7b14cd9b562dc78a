namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>
/// DynamicQuantizeLinear whose integers only go into products with stored integers (MatMulInteger, ConvInteger): the products take the
/// float value itself, with scale 1. How activations are rounded is the step program's own choice, at each step; rounding by the
/// largest value of a whole sequence could not be streamed.
/// </summary>
internal static class IntegerProducts
{
    public static bool Apply(NodeParts parts)
    {
        string integers = parts.Node.RequiredOutput(0), scale = parts.Node.RequiredOutput(1), zero = parts.Node.RequiredOutput(2);
        var readers = parts.Graph.Nodes.Where(node => node.Inputs.Contains(integers) || node.Inputs.Contains(zero)).ToArray();
        var onlyProducts = readers.All(node => node.Input(0) == integers && (node.Input(2) ?? zero) == zero
            && node.OpType is "MatMulInteger" or "ConvInteger" && parts.Graph.Constant(node.Input(1)) is not null);
        if (!onlyProducts || parts.Graph.Outputs.Any(output => output.Name == integers || output.Name == zero || output.Name == scale))
            return false;

        foreach (var node in readers)
        {
            var weights = parts.Graph.Constant(node.Input(1))!;
            var axis = node.OpType == "ConvInteger" ? 0 : weights.Rank - 1;
            node.Inputs[1] = Integers(parts, node, weights, axis);
            node.Inputs[0] = parts.Node.RequiredInput(0);
            node.Inputs.RemoveRange(2, node.Inputs.Count - 2);
            node.OpType = node.OpType == "ConvInteger" ? "Conv" : "MatMul";
        }

        parts.Output(1, parts.Scalar(1));
        return true;
    }

    /// <summary>The stored integers less their zero point, as floats.</summary>
    private static string Integers(NodeParts parts, OnnxNode node, OnnxTensor weights, int axis)
    {
        var zero = parts.Graph.Constant(node.Input(3));
        var perAxis = zero is { Count: > 1 };
        var scale = parts.Constant(perAxis ? OnnxTensor.Filled(OnnxElementType.Float32, [weights.Dims[axis]], 1) : OnnxTensor.Scalar(1f));
        string[] inputs = zero is null ? [node.Inputs[1], scale]
            : [node.Inputs[1], scale, parts.Constant(perAxis ? zero.Reshaped(zero.Count) : zero.Reshaped())];
        return parts.Add("DequantizeLinear", inputs, ("axis", (long)axis));
    }
}
