namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>LpPool of powers for which there is no pooling of its own: the root of sums of powers, which a convolution with ones
/// takes.</summary>
internal static class PowerPooling
{
    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        var x = node.RequiredInput(0);
        var power = node.Int("p", 2);
        if (power is 1 or 2 || parts.FixedSize(x, 1) is not long channels || node.Int("ceil_mode", 0) != 0)
            return false;

        var kernel = node.Ints("kernel_shape")!;
        var ones = OnnxTensor.Filled(OnnxElementType.Float32, [channels, 1, .. kernel], 1);
        var attributes = node.Attributes.Where(pair => pair.Key is not ("p" or "ceil_mode")).Select(pair => (pair.Key, pair.Value));
        var powers = parts.Add("Pow", [parts.Add("Abs", [x]), parts.Scalar(power)]);
        var sums = parts.Add("Conv", [powers, parts.Constant(ones, "ones")], [.. attributes, ("group", channels)]);
        parts.Output(0, parts.Add("Pow", [sums, parts.Scalar(1f / power)]));
        return true;
    }
}
