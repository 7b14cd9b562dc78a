using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// An input that says where a sequence begins: a whole number from which places in constant tables are counted on, and nothing else. A
/// stream begins at 0.
/// </summary>
internal static class FirstPlaces
{
    private static readonly HashSet<string> Arithmetic = ["Add", "Cast", "Concat", "Identity", "Reshape", "Squeeze", "Unsqueeze"];

    public static bool IsOne(OnnxGraph graph, OnnxValue input)
    {
        var isNumber = input.ElementType is OnnxElementType.Int64 or OnnxElementType.Int32 && input.Dims is { } dims
            && dims.All(dim => dim.Size == 1);
        if (!isNumber || graph.Outputs.Any(output => output.Name == input.Name))
            return false;

        var places = new HashSet<string> { input.Name };
        var begins = false;
        foreach (var node in graph.Nodes)
        {
            for (var i = 0; i < node.Inputs.Count; i++)
            {
                if (!places.Contains(node.Inputs[i]))
                    continue;

                if (IsPlaceOf(graph, node, i))
                    begins = true;
                else if (!Arithmetic.Contains(node.OpType))
                    return false;
                else
                    places.UnionWith(node.Outputs);
            }
        }

        return begins && !graph.Outputs.Any(output => places.Contains(output.Name));
    }

    /// <summary>Where a constant table is read.</summary>
    private static bool IsPlaceOf(OnnxGraph graph, OnnxNode node, int input) => graph.Constant(node.Inputs[0]) is not null
        && ((node.OpType == "Slice" && input is 1 or 2) || (node.OpType == "Gather" && input == 1));
}
