namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>Weights of four bits in layouts of com.microsoft: ONNX Runtime itself, run on what asks for each row once, lays them
/// out.</summary>
internal static class PackedWeights
{
    /// <summary>A matrix product with weights in blocks of bitsandbytes.</summary>
    public static bool MatMulBnb4(NodeParts parts)
    {
        var node = parts.Node;
        if (parts.Constant(1) is null || parts.Constant(2) is null || node.Int("transB", 1) == 0)
            return false;

        // The identity times the weights is the weights.
        var rows = node.Int("K");
        var identity = new float[rows * rows];
        for (var i = 0; i < rows; i++)
            identity[(i * rows) + i] = 1;

        var weights = parts.NewWire("weights");
        parts.Compute(node.OpType, node.Domain, [parts.Constant(OnnxTensor.FromFloats(identity, rows, rows)), .. node.Inputs.Skip(1)],
            weights, node.Attributes);
        parts.AddSame("MatMul", [node.RequiredInput(0), weights], [node.Outputs[0]], []);
        return true;
    }

    /// <summary>Rows of a table that is stored in blocks.</summary>
    public static bool GatherBlockQuantized(NodeParts parts)
    {
        var node = parts.Node;
        if (parts.Constant(0) is not { Rank: > 0 } data || parts.Constant(2) is null || node.Int("gather_axis", 0) != 0)
            return false;

        var table = parts.NewWire("table");
        var rows = parts.Ints([.. Enumerable.Range(0, (int)data.Dims[0]).Select(row => (long)row)]);
        parts.Compute(node.OpType, node.Domain, [node.Inputs[0], rows, .. node.Inputs.Skip(2)], table, node.Attributes);
        parts.AddSame("Gather", [table, node.RequiredInput(1)], [node.Outputs[0]], []);
        return true;
    }
}
