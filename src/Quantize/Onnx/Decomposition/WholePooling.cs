namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>Pooling whose kernel covers axes as a whole, and no others, is a reduction over these axes: along time a running one.</summary>
internal static class WholePooling
{
    private const int FirstSpatial = 2;

    public static bool Is(OnnxNode node) => ReductionOf(node) is not null && node.Ints("kernel_shape") is not null
        && node.Output(1) is null;

    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        var x = node.RequiredInput(0);
        var kernel = node.Ints("kernel_shape")!;
        if (parts.Rank(x) != kernel.Count + FirstSpatial || node.Ints("pads")?.Any(pad => pad != 0) == true)
            return false;

        var whole = new List<long>();
        for (var i = 0; i < kernel.Count; i++)
        {
            var size = parts.Size(x, FirstSpatial + i);
            if (kernel[i] == size && kernel[i] > 1 && CoversOnce(node, i, kernel[i]))
                whole.Add(FirstSpatial + i);
            else if (kernel[i] != 1 || (size != 1 && At(node, "strides", i) != 1))
                return false;
        }

        if (whole.Count == 0)
            return false;
        parts.Output(0, parts.Add(ReductionOf(node)!, [x, parts.Ints([.. whole])], ("keepdims", 1L)));
        return true;
    }

    private static string? ReductionOf(OnnxNode node) => (node.Domain, node.OpType, node.Int("p", 2)) switch
    {
        ("", "MaxPool", _) => "ReduceMax",
        ("", "AveragePool", _) => "ReduceMean",
        ("", "LpPool", 1) => "ReduceL1",
        ("", "LpPool", 2) => "ReduceL2",
        _ => null,
    };

    /// <summary>Padding that is derived from the sizes is none where the stride is the kernel.</summary>
    private static bool CoversOnce(OnnxNode node, int axis, long size) => At(node, "dilations", axis) == 1
        && (node.String("auto_pad", "NOTSET") is "NOTSET" or "VALID" || At(node, "strides", axis) == size);

    private static long At(OnnxNode node, string attribute, int axis) => node.Ints(attribute) is { Count: > 0 } values ? values[axis] : 1;
}
