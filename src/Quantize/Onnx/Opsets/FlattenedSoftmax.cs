namespace EdgeSeq.Quantize.Onnx.Opsets;

/// <summary>
/// Before version 13 Softmax, LogSoftmax and Hardmax treated all dimensions from their axis on as one. Where only one of these
/// dimensions is larger than 1 that equals the newer form along that axis; elsewhere Flatten and Reshape say it explicitly.
/// </summary>
internal static class FlattenedSoftmax
{
    private const long NewMeaning = 13;

    public static IEnumerable<OnnxNode> Apply(OnnxNode node, NormalizationScope scope)
    {
        if (scope.Version(node) >= NewMeaning)
            return [node];
        var axis = node.Int("axis", 1);
        if (SameAsAlong(axis, scope.TypeOf(node.Input(0))?.Dims) is { } along)
        {
            node.Attributes["axis"] = along;
            return [node];
        }

        var flatten = scope.NewNode(node, "Flatten", node.RequiredInput(0));
        flatten.Attributes["axis"] = axis;
        var softmax = scope.NewNode(node, node.OpType, flatten.Outputs[0]);
        softmax.Attributes["axis"] = -1;
        var shape = scope.NewNode(node, "Shape", node.RequiredInput(0));
        var reshape = new OnnxNode(node.Name, "Reshape") { Inputs = [softmax.Outputs[0], shape.Outputs[0]], Outputs = node.Outputs };
        return [flatten, softmax, shape, reshape];
    }

    /// <summary>The one axis along which the newer form gives the same; null when there is none or it is not known.</summary>
    private static long? SameAsAlong(long axis, IReadOnlyList<OnnxDimension>? dims)
    {
        if (axis == -1)
            return -1;
        if (dims is null)
            return null;
        var first = (int)(axis < 0 ? axis + dims.Count : axis);
        if (first < 0 || first >= dims.Count)
            return null;
        var large = Enumerable.Range(first, dims.Count - first).Where(i => dims[i].Size != 1).ToList();
        return large.Count switch
        {
            0 => dims.Count - 1,
            1 => large[0],
            _ => null,
        };
    }
}
