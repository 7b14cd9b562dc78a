namespace EdgeSeq.Quantize.Onnx.Opsets;

/// <summary>Attributes that became inputs in a later operator set version.</summary>
internal static class AttributeMoves
{
    private static readonly Dictionary<string, Move[]> Moves = new()
    {
        ["Squeeze"] = [new("axes", 1, 13)],
        ["Unsqueeze"] = [new("axes", 1, 13)],
        ["Split"] = [new("split", 1, 13)],
        ["TopK"] = [new("k", 1, 10)],
        ["Slice"] = [new("starts", 1, 10), new("ends", 2, 10), new("axes", 3, 10)],
        ["Pad"] = [new("pads", 1, 11), new("value", 2, 11)],
        ["Clip"] = [new("min", 1, 11), new("max", 2, 11)],
        ["DFT"] = [new("axis", 2, 20)],
        ["ReduceSum"] = [new("axes", 1, 13)],
        ["ReduceMean"] = [new("axes", 1, 18)],
        ["ReduceMax"] = [new("axes", 1, 18)],
        ["ReduceMin"] = [new("axes", 1, 18)],
        ["ReduceProd"] = [new("axes", 1, 18)],
        ["ReduceL1"] = [new("axes", 1, 18)],
        ["ReduceL2"] = [new("axes", 1, 18)],
        ["ReduceLogSum"] = [new("axes", 1, 18)],
        ["ReduceLogSumExp"] = [new("axes", 1, 18)],
        ["ReduceSumSquare"] = [new("axes", 1, 18)],
    };

    public static void Apply(OnnxNode node, NormalizationScope scope)
    {
        if (!Moves.TryGetValue(node.OpType, out var moves))
            return;
        foreach (var move in moves)
        {
            if (scope.Version(node) >= move.Since || !node.Attributes.Remove(move.Attribute, out var value))
                continue;
            while (node.Inputs.Count <= move.Input)
                node.Inputs.Add("");
            node.Inputs[move.Input] = scope.AddConstant(node, move.Attribute, ToTensor(node, value, scope));
        }
    }

    private static OnnxTensor ToTensor(OnnxNode node, OnnxAttribute value, NormalizationScope scope) => value switch
    {
        OnnxAttribute.Ints list => OnnxTensor.Vector([.. list.Values]),
        OnnxAttribute.Int number when node.OpType == "DFT" => OnnxTensor.Scalar(number.Value),
        OnnxAttribute.Int number => OnnxTensor.Vector(number.Value),
        // A bound or fill value has the type of the data.
        OnnxAttribute.Float number => OnnxTensor.Filled(
            scope.TypeOf(node.Input(0))?.ElementType ?? OnnxElementType.Float32, [], number.Value),
        _ => throw new Runtime.Errors.EdgeSeqException(
            Runtime.Errors.ErrorCodes.OnnxGraphInvalid, $"{node} has an attribute of the wrong type ({value.GetType().Name})"),
    };

    /// <param name="Since">The first version in which it is an input.</param>
    private sealed record Move(string Attribute, int Input, long Since);
}
