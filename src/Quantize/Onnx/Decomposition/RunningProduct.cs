namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>CumProd as a Scan that multiplies: along time its product is state, along other axes it is written out.</summary>
internal static class RunningProduct
{
    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        var x = node.RequiredInput(0);
        var type = parts.TypeOf(x);
        if (parts.Constant(1) is not { Count: 1 } given || parts.Rank(x) is not (>= 1 and var rank))
            return false;

        var axis = given.ToInts()[0] is var at && at < 0 ? at + rank : at;
        var first = parts.Add("Gather", [x, parts.Constant(OnnxTensor.Scalar(0L))], ("axis", axis));
        var ones = parts.Add("ConstantOfShape", [parts.Add("Shape", [first])], ("value", OnnxTensor.Vector(1L).Cast(type)));
        long[] axes = [axis], directions = [node.Int("reverse", 0)];
        parts.AddSame("Scan", [ones, x], [parts.NewWire("last"), node.Outputs[0]], new Dictionary<string, OnnxAttribute>
        {
            ["body"] = Body(parts, type, node.Int("exclusive", 0) != 0),
            ["num_scan_inputs"] = 1L,
            ["scan_input_axes"] = axes,
            ["scan_output_axes"] = axes,
            ["scan_input_directions"] = directions,
            ["scan_output_directions"] = directions,
        });
        return true;
    }

    /// <summary>The next product from the one before and an element; what is given out is the one or, exclusively, the other.</summary>
    private static OnnxGraph Body(NodeParts parts, OnnxElementType type, bool isExclusive)
    {
        string before = parts.NewWire("before"), element = parts.NewWire("element"), product = parts.NewWire("product"),
            output = parts.NewWire("output");
        var body = new OnnxGraph(parts.Node.Name, parts.Graph);
        body.Inputs.AddRange([new OnnxValue(before, type, null), new OnnxValue(element, type, null)]);
        body.Nodes.Add(new OnnxNode(parts.NewNode("Mul"), "Mul") { Inputs = [before, element], Outputs = [product] });
        body.Nodes.Add(new OnnxNode(parts.NewNode("Identity"), "Identity")
        {
            Inputs = [isExclusive ? before : product],
            Outputs = [output],
        });
        body.Outputs.AddRange([new OnnxValue(product, type, null), new OnnxValue(output, type, null)]);
        return body;
    }
}
