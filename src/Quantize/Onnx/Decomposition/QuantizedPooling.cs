namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>Ops on quantised tensors that pool, join or select: DequantizeLinear, the plain op, QuantizeLinear.</summary>
internal static class QuantizedPooling
{
    /// <summary>x, scale, zero, y scale, zero.</summary>
    public static bool AveragePool(NodeParts parts) => Pool(parts, "AveragePool");

    public static bool GlobalAveragePool(NodeParts parts) => Pool(parts, "GlobalAveragePool");

    /// <summary>x, scale, zero, y scale, zero; before operator set 13 over all axes from the given one on.</summary>
    public static bool Softmax(NodeParts parts)
    {
        var rank = parts.Rank(parts.Node.RequiredInput(0));
        var axis = parts.Node.Int("axis", -1);
        if (parts.Node.Int("opset", 13) < 13 && (rank < 0 || (axis < 0 ? axis + rank : axis) != rank - 1))
            return false;

        var x = QuantizedParts.Dequantized(parts, 0, axis: 1);
        QuantizedParts.Quantize(parts, parts.Add("Softmax", [x], ("axis", axis)), 3);
        return true;
    }

    /// <summary>y scale, zero, then each operand with its scale and zero.</summary>
    public static bool Concat(NodeParts parts)
    {
        string[] operands = [.. Enumerable.Range(0, (parts.Node.Inputs.Count - 2) / 3)
            .Select(i => QuantizedParts.Dequantized(parts, 2 + (3 * i), axis: 1))];
        QuantizedParts.Quantize(parts, parts.Add("Concat", operands, ("axis", parts.Node.Int("axis"))), 0);
        return true;
    }

    /// <summary>condition, x, scale, zero, y, scale, zero, z scale, zero.</summary>
    public static bool Where(NodeParts parts)
    {
        string[] operands = [parts.Node.RequiredInput(0), QuantizedParts.Dequantized(parts, 1, axis: 1),
            QuantizedParts.Dequantized(parts, 4, axis: 1)];
        QuantizedParts.Quantize(parts, parts.Add("Where", operands), 7);
        return true;
    }

    private static bool Pool(NodeParts parts, string opType)
    {
        if (parts.Node.Int("channels_last", 0) != 0)
            return false;

        var x = QuantizedParts.Dequantized(parts, 0, axis: 1);
        (string Name, OnnxAttribute Value)[] attributes =
            [.. parts.Node.Attributes.Where(pair => pair.Key != "channels_last").Select(pair => (pair.Key, pair.Value))];
        QuantizedParts.Quantize(parts, parts.Add(opType, [x], attributes), 3);
        return true;
    }
}
