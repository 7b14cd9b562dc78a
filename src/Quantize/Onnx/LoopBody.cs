namespace EdgeSeq.Quantize.Onnx;

/// <summary>What is known of a Loop without running it.</summary>
internal static class LoopBody
{
    /// <summary>The loop's condition never ends it: absent or true at the start, and passed on or true in the body.</summary>
    /// <param name="graph">The graph that holds the loop.</param>
    public static bool RunsToTheEnd(OnnxGraph graph, OnnxNode loop)
    {
        var body = loop.Graph("body");
        var next = body.Outputs[0].Name;
        return (loop.Input(1) is not { } start || IsTrue(graph, start)) && (next == body.Inputs[1].Name || IsTrue(body, next)
            || body.Nodes.Any(node => node.Is("Identity") && node.Outputs[0] == next
            && (node.Inputs[0] == body.Inputs[1].Name || IsTrue(body, node.Inputs[0]))));
    }

    /// <summary>The nodes of a body that take the element of an outer wire at the iteration's number.</summary>
    public static IEnumerable<OnnxNode> Steps(OnnxGraph body)
    {
        var own = body.Defined().ToHashSet();
        return body.Nodes.Where(node => node.Is("Gather") && node.Inputs[1] == body.Inputs[0].Name && !own.Contains(node.Inputs[0]));
    }

    private static bool IsTrue(OnnxGraph graph, string wire) => graph.Constant(wire) is { Count: 1 } constant && constant.ToInts()[0] != 0;
}
