namespace EdgeSeq.Quantize.Onnx;

/// <summary>
/// Makes float32 the only float type of a graph: float16, bfloat16 and float64 weights, inputs and casts become float32. Half
/// precision models so become more exact, not less; a float64 model keeps what float32 can hold.
/// </summary>
internal static class FloatWidening
{
    /// <summary>Attributes whose integer names an element type.</summary>
    private static readonly string[] TypeAttributes = ["to", "dtype", "output_dtype", "output_datatype", "stash_type", "softmax_precision"];

    public static void Apply(OnnxGraph graph)
    {
        foreach (var each in graph.AndSubgraphs())
        {
            Widen(each.Inputs);
            Widen(each.Outputs);
            foreach (var (wire, tensor) in each.Initializers.Where(pair => IsOther(pair.Value.ElementType)).ToList())
                each.Initializers[wire] = tensor.Cast(OnnxElementType.Float32);
            foreach (var node in each.Nodes)
                Widen(node);
        }
    }

    private static void Widen(List<OnnxValue> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (IsOther(values[i].ElementType))
                values[i] = values[i] with { ElementType = OnnxElementType.Float32 };
        }
    }

    private static void Widen(OnnxNode node)
    {
        foreach (var (name, attribute) in node.Attributes.ToList())
        {
            if (attribute is OnnxAttribute.Tensor tensor && IsOther(tensor.Value.ElementType))
                node.Attributes[name] = tensor.Value.Cast(OnnxElementType.Float32);
            else if (attribute is OnnxAttribute.Int number && TypeAttributes.Contains(name) && IsOther((OnnxElementType)number.Value))
                node.Attributes[name] = (long)OnnxElementType.Float32;
        }
    }

    private static bool IsOther(OnnxElementType type) => type.IsFloat() && type != OnnxElementType.Float32;
}
