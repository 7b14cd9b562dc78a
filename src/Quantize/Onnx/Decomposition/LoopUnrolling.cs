namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>A Loop of constant count, one copy of the body after the other. Loops that walk along a computed tensor are left: that may be
/// time.</summary>
internal static class LoopUnrolling
{
    private const int MaxNodes = 20_000;

    private const int Iteration = 0, Condition = 1, FirstState = 2;

    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        var body = node.Graph("body");
        if (parts.Constant(Iteration) is not { Count: 1 } count || !LoopBody.RunsToTheEnd(parts.Graph, node)
            || WalksAlong(parts.Graph, body))
        {
            return false;
        }

        var trips = count.ToInts()[0];
        if (trips < 1 || trips * body.Nodes.Count > MaxNodes)
            return false;

        Unroll(parts, body, trips);
        return true;
    }

    private static void Unroll(NodeParts parts, OnnxGraph body, long trips)
    {
        var states = body.Inputs.Count - FirstState;
        string[] state = [.. parts.Node.Inputs.Skip(FirstState)];
        var stacked = Enumerable.Range(0, body.Outputs.Count - 1 - states).Select(_ => new List<string>()).ToArray();
        for (long i = 0; i < trips; i++)
        {
            var names = body.Defined().ToDictionary(wire => wire, parts.NewWire);
            names[body.Inputs[Iteration].Name] = parts.Constant(OnnxTensor.Scalar(i), "iteration");
            names[body.Inputs[Condition].Name] = parts.Constant(OnnxTensor.Scalar(true), "condition");
            for (var s = 0; s < states; s++)
                names[body.Inputs[FirstState + s].Name] = state[s];

            var outputs = parts.Inline(body, names, renameNodes: true);
            state = outputs[1..(1 + states)];
            for (var k = 0; k < stacked.Length; k++)
                stacked[k].Add(parts.Unsqueeze(outputs[1 + states + k], 0));
        }

        for (var s = 0; s < states; s++)
            parts.Output(s, state[s]);

        for (var k = 0; k < stacked.Length; k++)
            parts.Output(states + k, parts.Add("Concat", [.. stacked[k]], ("axis", 0L)));
    }

    private static bool WalksAlong(OnnxGraph graph, OnnxGraph body) =>
        LoopBody.Steps(body).Any(gather => graph.Constant(gather.Inputs[0]) is null);
}
