namespace EdgeSeq.Quantize.Onnx.Opsets;

/// <summary>A recurrent layer with the batch first (layout 1) is one with time first between transposes; ONNX Runtime runs only
/// those.</summary>
internal static class BatchFirstRecurrence
{
    private const int X = 0, InitialH = 5, InitialC = 6;

    public static IEnumerable<OnnxNode> Apply(OnnxNode node, NormalizationScope scope)
    {
        if (node.Int("layout", 0) == 0)
            return [node];

        node.Attributes.Remove("layout");
        var before = new[] { X, InitialH, InitialC }.Where(input => node.Input(input) is not null)
            .Select(input => Before(node, input, scope)).ToList();
        var after = Enumerable.Range(0, node.Outputs.Count).Where(output => node.Output(output) is not null)
            .Select(output => After(node, output, scope)).ToList();
        return [.. before, node, .. after];
    }

    private static OnnxNode Before(OnnxNode node, int input, NormalizationScope scope)
    {
        var transpose = scope.NewNode(node, "Transpose", node.Inputs[input]);
        transpose.Attributes["perm"] = (long[])[1, 0, 2];
        node.Inputs[input] = transpose.Outputs[0];
        return transpose;
    }

    /// <summary>Y is [time, directions, batch, hidden], the last states are [directions, batch, hidden].</summary>
    private static OnnxNode After(OnnxNode node, int output, NormalizationScope scope)
    {
        var transpose = scope.NewNode(node, "Transpose", "");
        transpose.Attributes["perm"] = output == 0 ? (long[])[2, 0, 1, 3] : [1, 0, 2];
        (node.Outputs[output], transpose.Outputs[0]) = (transpose.Outputs[0], node.Outputs[output]);
        transpose.Inputs[0] = node.Outputs[output];
        return transpose;
    }
}
