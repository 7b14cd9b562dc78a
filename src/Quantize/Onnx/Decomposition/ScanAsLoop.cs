namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>
/// A Scan is a Loop over the elements of its sequences, stacked along the first axis. Sequences that it walks or writes from the end are
/// reversed around it.
/// </summary>
internal static class ScanAsLoop
{
    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        var scan = node.Graph("body");
        int scanned = checked((int)node.Int("num_scan_inputs")), states = node.Inputs.Count - scanned;
        if (scanned < 1 || states < 0 || scan.Inputs.Count != node.Inputs.Count || scan.Outputs.Count < states)
            return false;

        string[] sequences = [.. Enumerable.Range(0, scanned).Select(k => Sequence(parts, states + k, At("scan_input_directions", k)
            ? AxisOf("scan_input_axes", k) : null))];
        var body = Body(parts, scan, states, sequences, [.. Enumerable.Range(0, scanned).Select(k => AxisOf("scan_input_axes", k))]);
        string[] outputs = [.. Enumerable.Range(0, scan.Outputs.Count)
            .Select(k => k < states ? node.Output(k) ?? "" : node.Output(k) is null ? "" : parts.NewWire("stacked"))];
        parts.AddSame("Loop", [parts.Length(sequences[0], AxisOf("scan_input_axes", 0)), "", .. node.Inputs.Take(states)], outputs,
            [new KeyValuePair<string, OnnxAttribute>("body", body)]);
        for (var k = states; k < outputs.Length; k++)
        {
            if (outputs[k].Length > 0)
            {
                var axis = AxisOf("scan_output_axes", k - states);
                parts.Output(k, Placed(parts, outputs[k], k, axis, At("scan_output_directions", k - states)));
            }
        }

        return true;

        long AxisOf(string attribute, int k) => node.Ints(attribute) is { } axes && k < axes.Count ? axes[k] : 0;
        bool At(string attribute, int k) => AxisOf(attribute, k) != 0;
    }

    /// <summary>An input that is scanned, in the order in which it is.</summary>
    private static string Sequence(NodeParts parts, int input, long? reversedAxis)
    {
        var wire = parts.Node.RequiredInput(input);
        return reversedAxis is long axis ? Reversed(parts, wire, axis) : wire;
    }

    /// <summary>What the loop has stacked along the first axis, along the axis and in the order that the Scan says.</summary>
    private static string Placed(NodeParts parts, string stacked, int output, long axis, bool isReversed)
    {
        var wire = isReversed ? Reversed(parts, stacked, 0) : stacked;
        if (axis == 0)
            return wire;

        var rank = parts.Rank(parts.Node.Outputs[output]);
        long[] rest = [.. Enumerable.Range(1, rank - 1).Select(i => (long)i)];
        var place = (int)(axis < 0 ? axis + rank : axis);
        return parts.Transpose(wire, [.. rest[..place], 0, .. rest[place..]]);
    }

    private static string Reversed(NodeParts parts, string wire, long axis) => parts.Slice(wire, axis, -1, long.MinValue, -1);

    /// <summary>The body with the number of the iteration, by which it takes its elements.</summary>
    private static OnnxGraph Body(NodeParts parts, OnnxGraph scan, int states, string[] sequences, long[] axes)
    {
        var body = scan.Clone(parts.Graph);
        string[] elements = [.. body.Inputs.Skip(states).Select(input => input.Name)];
        body.Inputs.RemoveRange(states, elements.Length);
        var (number, going) = (parts.NewWire("number"), parts.NewWire("going"));
        body.Inputs.Insert(0, new OnnxValue(going, OnnxElementType.Bool, []));
        body.Inputs.Insert(0, new OnnxValue(number, OnnxElementType.Int64, []));
        var nodes = new List<OnnxNode>();
        for (var k = 0; k < elements.Length; k++)
        {
            nodes.Add(new OnnxNode(parts.NewNode("Gather"), "Gather")
            {
                Inputs = [sequences[k], number],
                Outputs = [elements[k]],
                Attributes = new Dictionary<string, OnnxAttribute> { ["axis"] = axes[k] },
            });
        }

        body.Nodes.InsertRange(0, nodes);
        var goes = parts.NewWire("goes");
        body.Nodes.Add(new OnnxNode(parts.NewNode("Identity"), "Identity") { Inputs = [going], Outputs = [goes] });
        body.Outputs.Insert(0, new OnnxValue(goes, OnnxElementType.Bool, []));
        return body;
    }
}
