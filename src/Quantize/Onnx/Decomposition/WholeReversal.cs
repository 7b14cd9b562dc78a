namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>ReverseSequence of whole sequences (go_backwards, Bidirectional): every element from the last to the first.</summary>
internal static class WholeReversal
{
    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        var axis = node.Int("time_axis", 0);
        if (parts.Constant(1) is not { } lengths || parts.Size(node.RequiredInput(0), (int)axis) is not long size
            || lengths.ToInts().Any(length => length != size))
        {
            return false;
        }

        parts.Output(0, parts.Slice(node.Inputs[0], axis, -1, long.MinValue, -1));
        return true;
    }
}
