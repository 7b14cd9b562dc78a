namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>com.microsoft EmbedLayerNormalization written out: the embeddings of words, positions and segments added up and
/// normalised.</summary>
internal static class EmbeddingParts
{
    private const int Ids = 0, Segments = 1, Words = 2, Positions = 3, SegmentTable = 4, Gamma = 5, Beta = 6, Mask = 7, PositionIds = 8;

    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        var ids = node.RequiredInput(Ids);
        if (parts.Uses(1) && node.Input(Mask) is null)
            return false;

        var positions = node.Input(PositionIds) ?? parts.Positions(ids, 1);
        var sum = parts.Add("Add", [parts.Add("Gather", [node.RequiredInput(Words), ids]),
            parts.Add("Gather", [node.RequiredInput(Positions), positions])]);
        if (node.Input(Segments) is { } segments)
            sum = parts.Add("Add", [sum, parts.Add("Gather", [node.RequiredInput(SegmentTable), segments])]);

        parts.Output(0, parts.Add("LayerNormalization", [sum, node.RequiredInput(Gamma), node.RequiredInput(Beta)],
            ("axis", -1L), ("epsilon", node.Float("epsilon", 1e-12f))));
        parts.Output(2, sum);
        if (node.Input(Mask) is { } mask && parts.Uses(1))
            parts.Output(1, Counted(parts, mask));

        return true;
    }

    /// <summary>How many elements of each sequence the mask shows.</summary>
    private static string Counted(NodeParts parts, string mask)
    {
        var shown = parts.Add("Equal", [mask, parts.Constant(OnnxTensor.Scalar(1L).Cast(parts.TypeOf(mask)))]);
        return parts.Add("ReduceSum", [parts.Cast(shown, OnnxElementType.Int32), parts.Ints(1)], ("keepdims", 0L));
    }
}
