namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>
/// Convolution and pooling over three dimensions of which one is a single element, in input and kernel, without padding: the same over
/// the other two.
/// </summary>
internal static class FlatConvolution
{
    private const int Spatial = 3, FirstSpatial = 2;

    /// <summary>Whether this is a convolution or pooling over three dimensions.</summary>
    public static bool Is(OnnxNode node, OnnxGraph graph) =>
        node.Domain.Length == 0 && node.OpType is "Conv" or "ConvTranspose" or "AveragePool" or "LpPool" or "MaxPool"
        && (node.Ints("kernel_shape")?.Count ?? graph.Constant(node.Input(1))?.Rank - FirstSpatial) == Spatial;

    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        var x = node.RequiredInput(0);
        var weights = parts.Constant(1);
        var kernel = node.Ints("kernel_shape") ?? weights?.Dims.Skip(FirstSpatial).ToArray();
        if (parts.Rank(x) != Spatial + FirstSpatial || kernel is not { Count: Spatial } || node.Outputs.Count > 1)
            return false;

        var flat = Enumerable.Range(0, Spatial).FirstOrDefault(
            axis => kernel[axis] == 1 && parts.Size(x, FirstSpatial + axis) == 1 && PadsOf(node, axis) == 0, -1);
        if (flat < 0)
            return false;

        var plane = parts.NewWire("plane");
        long at = FirstSpatial + flat;
        List<string> inputs = [parts.Squeeze(x, at), .. node.Inputs.Skip(1)];
        if (node.Input(1) is { } wire)
        {
            inputs[1] = weights is null ? parts.Squeeze(wire, at)
                : parts.Constant(weights.Reshaped(Without(weights.Dims, (int)at)), "weights");
        }

        parts.AddSame(node.OpType, inputs, [plane],
            node.Attributes.Select(pair => KeyValuePair.Create(pair.Key, Without(pair.Key, pair.Value, flat))));
        parts.Output(0, parts.Unsqueeze(plane, at));
        return true;
    }

    private static long PadsOf(OnnxNode node, int axis) =>
        (node.Ints("pads") is { Count: 2 * Spatial } pads ? Math.Abs(pads[axis]) + Math.Abs(pads[axis + Spatial]) : 0)
        + (node.Ints("output_padding") is { Count: Spatial } extra ? extra[axis] : 0);

    private static OnnxAttribute Without(string name, OnnxAttribute value, int axis) => (name, value) switch
    {
        ("kernel_shape" or "strides" or "dilations" or "output_padding" or "output_shape",
            OnnxAttribute.Ints { Values.Count: Spatial } list) =>
            Without(list.Values, axis),
        ("pads", OnnxAttribute.Ints { Values.Count: 2 * Spatial } list) => Without(Without(list.Values, axis + Spatial), axis),
        _ => value,
    };

    private static long[] Without(IReadOnlyList<long> values, int index) => [.. values.Where((_, i) => i != index)];
}
