using EdgeSeq.Quantize.Onnx.Ort;

namespace EdgeSeq.Quantize.Onnx.Quantized;

/// <summary>
/// Finds the constants that a quantised model stores as integers: DequantizeLinear of a stored tensor, also behind nodes that only
/// move elements (the exporters reorder gates by Slice and Concat, and transpose).
/// </summary>
public static class QuantizedConstants
{
    private static readonly HashSet<string> Moves =
    [
        "Concat", "Expand", "Flatten", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze",
    ];

    /// <returns>By wire. Subgraphs are not entered.</returns>
    public static IReadOnlyDictionary<string, QuantizedConstant> Find(OnnxGraph graph)
    {
        var moved = graph.Clone();
        var wires = MovedIntegers(moved);
        if (wires.Count == 0)
            return new Dictionary<string, QuantizedConstant>();
        var scaled = moved.Clone();
        foreach (var node in moved.Nodes.Where(IsDequantize).ToList())
            ReplaceByIntegers(moved, node);
        foreach (var node in scaled.Nodes.Where(IsDequantize).ToList())
            ReplaceByScales(scaled, node);

        var none = new Dictionary<string, OnnxTensor>();
        var integers = OrtEvaluator.Evaluate(moved, none, wires);
        var scales = OrtEvaluator.Evaluate(scaled, none, wires);
        return wires.ToDictionary(wire => wire, wire => new QuantizedConstant(integers[wire], scales[wire]));
    }

    /// <summary>The wires in question; everything else is taken out of the graph.</summary>
    private static List<string> MovedIntegers(OnnxGraph graph)
    {
        var wires = new HashSet<string>();
        graph.Nodes.RemoveAll(node =>
        {
            var keep = IsDequantize(node)
                ? node.Inputs.All(input => input.Length == 0 || graph.Constant(input) is not null)
                : IsMove(node, graph, wires);
            if (keep)
                wires.UnionWith(node.Outputs.Where(output => output.Length > 0));
            return !keep;
        });
        return [.. wires];
    }

    private static bool IsDequantize(OnnxNode node) => node.OpType == "DequantizeLinear";

    /// <summary>Concat moves all its inputs; the others move the first as constant parameters say.</summary>
    private static bool IsMove(OnnxNode node, OnnxGraph graph, HashSet<string> wires) =>
        node.Domain.Length == 0 && Moves.Contains(node.OpType) && node.Inputs.Count > 0
        && wires.Contains(node.Inputs[0])
        && node.Inputs.Skip(1).All(input => node.OpType == "Concat"
            ? wires.Contains(input)
            : input.Length == 0 || graph.Constant(input) is not null);

    /// <summary>The same node with scale 1 gives the integers without their zero point.</summary>
    private static void ReplaceByIntegers(OnnxGraph graph, OnnxNode node)
    {
        var one = $"{node.Name}/one";
        graph.Initializers[one] = Filled(graph.Constant(node.RequiredInput(1))!, 1);
        node.Inputs[1] = one;
    }

    /// <summary>The same node over ones, without zero point, gives every element its scale.</summary>
    private static void ReplaceByScales(OnnxGraph graph, OnnxNode node)
    {
        var integers = graph.Constant(node.RequiredInput(0))!;
        var ones = $"{node.Name}/ones";
        graph.Initializers[ones] = Filled(integers, 1);
        node.Inputs[0] = ones;
        if (node.Input(2) is not null)
            node.Inputs.RemoveAt(2);
    }

    private static OnnxTensor Filled(OnnxTensor like, double value) => OnnxTensor.Filled(like.ElementType, like.Dims, value);
}
