namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>LRN: each channel divided by a power of what the squares of its neighbours sum up to.</summary>
internal static class LocalResponse
{
    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        var x = node.RequiredInput(0);
        if (parts.Size(x, 1) is not long channels)
            return false;

        long size = node.Int("size"), before = (size - 1) / 2;
        var pads = new long[2 * parts.Rank(x)];
        (pads[1], pads[parts.Rank(x) + 1]) = (before, size - 1 - before);
        var padded = parts.Add("Pad", [parts.Add("Mul", [x, x]), parts.Ints(pads)]);
        string[] neighbours = [.. Enumerable.Range(0, (int)size).Select(i => parts.Slice(padded, 1, i, i + channels))];
        var sum = neighbours.Length == 1 ? neighbours[0] : parts.Add("Sum", neighbours);
        var scale = parts.Add("Add",
            [parts.Scalar(node.Float("bias", 1)), parts.Add("Mul", [sum, parts.Scalar(node.Float("alpha", 1e-4f) / size)])]);
        parts.Output(0, parts.Add("Div", [x, parts.Add("Pow", [scale, parts.Scalar(node.Float("beta", 0.75f))])]));
        return true;
    }
}
