namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>
/// BatchNormalization whose mean and variance the graph computes itself (Keras 2 writes LayerNormalization so): plain arithmetic.
/// </summary>
internal static class ComputedStatistics
{
    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        var isConstant = Enumerable.Range(1, 4).All(input => parts.Graph.Constant(node.Input(input)) is not null);
        if (isConstant || node.Inputs.Count != 5 || parts.Rank(node.Inputs[0]) is not (>= 2 and var rank))
            return false;

        long[] behind = [.. Enumerable.Range(1, rank - 2).Select(axis => (long)axis)];
        var centred = parts.Add("Sub", [node.Inputs[0], Channel(3)]);
        var deviation = parts.Add("Sqrt", [parts.Add("Add", [Channel(4), parts.Scalar(node.Float("epsilon", 1e-5f))])]);
        var scaled = parts.Add("Mul", [parts.Add("Div", [centred, deviation]), Channel(1)]);
        parts.Output(0, parts.Add("Add", [scaled, Channel(2)]));
        return true;

        string Channel(int input) => parts.Unsqueeze(node.Inputs[input], behind);
    }
}
