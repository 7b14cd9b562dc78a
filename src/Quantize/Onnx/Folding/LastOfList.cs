namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>
/// The last element of the list that a loop fills, where the body reads it, becomes a carried value. It begins with the last one in front
/// of the loop, or with what the body takes in its place in the first iteration.
/// </summary>
internal static class LastOfList
{
    private const int FirstState = 2;

    /// <param name="elements">Those that the list begins with.</param>
    /// <returns>Whether anything changed.</returns>
    public static bool Carry(OnnxGraph graph, OnnxNode loop, int state, List<string> elements)
    {
        var body = loop.Graph("body");
        var list = body.Inputs[FirstState + state].Name;
        var insert = body.Nodes.Find(node => node.Outputs[0] == body.Outputs[1 + state].Name);
        if (insert?.Is("SequenceInsert") != true || insert.Inputs[0] != list || insert.Input(2) is not null)
            return false;

        var first = new FirstIteration(body, elements.Count == 0 ? list : null);
        foreach (var node in body.Nodes)
        {
            var start = IsLast(body, node, list) ? elements.LastOrDefault() : StartOf(graph, body, node, list, first);
            if (start is null)
                continue;

            node.OpType = "Identity";
            node.Attributes.Clear();
            node.Inputs.Clear();
            node.Inputs.Add(Carried(graph, loop, insert, start));
            GraphCleanup.RemoveUnused(body);
            return true;
        }

        return false;
    }

    private static bool IsLast(OnnxGraph graph, OnnxNode node, string list) =>
        node.Is("SequenceAt") && node.Inputs[0] == list && graph.Constant(node.Inputs[1])?.ToInts() is [-1];

    /// <summary>What a selection between the last element and something from around the loop takes in the first iteration; null for other
    /// nodes.</summary>
    private static string? StartOf(OnnxGraph graph, OnnxGraph body, OnnxNode node, string list, FirstIteration first)
    {
        if (!node.Is("If") || node.Outputs.Count != 1 || first.Of(node.Inputs[0]) is not bool isTrue)
            return null;

        OnnxGraph begin = node.Graph(isTrue ? "then_branch" : "else_branch"), later = node.Graph(isTrue ? "else_branch" : "then_branch");
        var isLast = later.Nodes.Find(each => each.Outputs[0] == Result(later)) is { } read && IsLast(later, read, list);
        return isLast ? Outer(graph, body, begin, Result(begin)) : null;
    }

    /// <summary>The wire around the loop with the same value; null where it depends on the iteration.</summary>
    private static string? Outer(OnnxGraph graph, OnnxGraph body, OnnxGraph branch, string wire)
    {
        if (!branch.Defined().Contains(wire) && !body.Defined().Contains(wire))
            return wire;

        if (branch.Constant(wire) is not { } constant)
            return null;

        var outer = NameScope.OfWires(graph).Unique($"{wire}/first");
        graph.Initializers[outer] = constant;
        return outer;
    }

    /// <summary>What a branch gives, before it is given the name of its output.</summary>
    private static string Result(OnnxGraph branch)
    {
        var result = branch.Outputs[0].Name;
        while (branch.Nodes.Find(node => node.Outputs.Contains(result)) is { } node && node.Is("Identity"))
            result = node.Inputs[0];

        return result;
    }

    /// <summary>A new carried value: what is put into the list.</summary>
    private static string Carried(OnnxGraph graph, OnnxNode loop, OnnxNode insert, string start)
    {
        var body = loop.Graph("body");
        var states = body.Inputs.Count - FirstState;
        var wires = NameScope.OfWires(graph);
        string last = wires.Unique($"{insert.Inputs[0]}/last"), next = wires.Unique($"{insert.Inputs[0]}/next");
        body.Inputs.Add(new OnnxValue(last, OnnxElementType.Undefined, null));
        body.Outputs.Insert(1 + states, new OnnxValue(next, OnnxElementType.Undefined, null));
        body.Nodes.Add(new OnnxNode(NameScope.OfNodes(graph).Unique(next), "Identity")
        {
            Inputs = [insert.RequiredInput(1)],
            Outputs = [next]
        });
        loop.Inputs.Add(start);
        while (loop.Outputs.Count < states)
            loop.Outputs.Add("");

        loop.Outputs.Insert(states, wires.Unique($"{insert.Inputs[0]}/final"));
        return last;
    }
}
