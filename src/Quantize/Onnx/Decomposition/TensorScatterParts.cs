namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>TensorScatter: elements written into a cache from a place on, which in circular mode goes on at its start.</summary>
internal static class TensorScatterParts
{
    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        string cache = node.RequiredInput(0), update = node.RequiredInput(1);
        var rank = parts.Rank(cache);
        var axis = (int)node.Int("axis", -2);
        axis = axis < 0 ? axis + rank : axis;
        if (rank < 2 || axis < 1 || axis >= rank || parts.Size(update, axis) is not long count)
            return false;

        long[] along = [.. Enumerable.Range(0, rank).Select(i => i == axis ? count : 1)];
        long[] ofBatch = [.. Enumerable.Range(0, rank).Select(i => i == 0 ? -1L : 1)];
        var place = parts.Constant(OnnxTensor.FromInts([.. Enumerable.Range(0, (int)count).Select(i => (long)i)], along));
        if (node.Input(2) is { } first)
            place = parts.Add("Add", [place, parts.Reshape(parts.Cast(first, OnnxElementType.Int64), ofBatch)]);

        if (node.String("mode", "linear") == "circular")
            place = parts.Add("Mod", [place, parts.Length(cache, axis)]);

        var everywhere = parts.Add("Expand", [place, parts.Add("Shape", [update])]);
        parts.Output(0, parts.Add("ScatterElements", [cache, everywhere, update], ("axis", (long)axis)));
        return true;
    }
}
