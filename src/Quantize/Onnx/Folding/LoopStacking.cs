using EdgeSeq.Quantize.Onnx.Ort;

namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>
/// A Loop that starts with an empty list and inserts one element an iteration (a list that a scripted PyTorch model fills and stacks)
/// stacks its elements itself: the list becomes an output of the loop, and what joins the list a rearrangement of that output.
/// </summary>
internal static class LoopStacking
{
    private const int FirstState = 2;

    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        var changed = false;
        foreach (var loop in graph.Nodes.Where(node => node.Is("Loop")).ToList())
        {
            // Taking a list out moves the ones behind it.
            for (var state = loop.Inputs.Count - FirstState - 1; state >= 0; state--)
                changed |= Stack(graph, loop, state);
        }

        return changed;
    }

    private static bool Stack(OnnxGraph graph, OnnxNode loop, int state)
    {
        if (InsertInto(graph, loop, state) is not { } insert || loop.Output(state) is not { } list
            || graph.Outputs.Any(output => output.Name == list))
        {
            return false;
        }

        var stacked = NameScope.OfWires(graph).Unique($"{list}/stacked");
        var users = graph.Nodes.Where(node => OnnxGraph.ReadBy(node).Contains(list)).ToList();
        if (DimsOfStacked(graph, loop, state, insert, stacked) is not { } dims)
            return false;

        var joined = users.ConvertAll(user => Joined(graph, user, stacked, dims));
        if (joined.Contains(null))
            return false;

        TakeOut(loop, state, insert, stacked);
        for (var i = 0; i < users.Count; i++)
        {
            var at = graph.Nodes.IndexOf(users[i]);
            graph.Nodes.RemoveAt(at);
            graph.Nodes.InsertRange(at, joined[i]!);
        }

        GraphCleanup.RemoveUnused(graph);
        return true;
    }

    /// <summary>The node that puts an element at the end of the list; null where the list is not only filled.</summary>
    private static OnnxNode? InsertInto(OnnxGraph graph, OnnxNode loop, int state)
    {
        var body = loop.Graph("body");
        var startsEmpty = graph.Nodes.Exists(node => node.Is("SequenceEmpty") && node.Outputs[0] == loop.Input(FirstState + state));
        var filled = body.Outputs[1 + state].Name;
        return startsEmpty
            && body.Nodes.Where(node => OnnxGraph.ReadBy(node).Contains(body.Inputs[FirstState + state].Name)).ToList() is [var insert]
            && insert.Is("SequenceInsert") && insert.Input(2) is null && insert.Outputs[0] == filled
            && !body.Nodes.Exists(node => OnnxGraph.ReadBy(node).Contains(filled))
            ? insert
            : null;
    }

    /// <summary>Dimensions of the stacked elements, as ONNX Runtime infers them; null where it does not know how many there are.</summary>
    private static IReadOnlyList<OnnxDimension>? DimsOfStacked(OnnxGraph graph, OnnxNode loop, int state, OnnxNode insert, string stacked)
    {
        var trial = graph.Clone();
        var at = graph.Nodes.IndexOf(loop);
        trial.Nodes.RemoveRange(at + 1, trial.Nodes.Count - at - 1);
        trial.Outputs.Clear();
        TakeOut(trial.Nodes[at], state, insert, stacked);
        return TypeInference.Infer(trial)[stacked].Dims;
    }

    /// <summary>The loop without a state, whose elements are stacked instead.</summary>
    private static void TakeOut(OnnxNode loop, int state, OnnxNode insert, string stacked)
    {
        var body = loop.Graph("body");
        var element = $"{stacked}/element";
        body.Nodes.RemoveAll(node => node.Name == insert.Name);
        body.Nodes.Add(new OnnxNode(insert.Name, "Identity") { Inputs = [insert.RequiredInput(1)], Outputs = [element] });
        body.Inputs.RemoveAt(FirstState + state);
        body.Outputs.RemoveAt(1 + state);
        body.Outputs.Add(new OnnxValue(element, OnnxElementType.Undefined, null));
        loop.Inputs.RemoveAt(FirstState + state);
        loop.Outputs.RemoveAt(state);
        while (loop.Outputs.Count < body.Outputs.Count - 2)
            loop.Outputs.Add("");

        loop.Outputs.Add(stacked);
    }

    /// <summary>What a reader of the list is on the stacked elements [iterations, ..]; null where that is not known.</summary>
    private static OnnxNode[]? Joined(OnnxGraph graph, OnnxNode user, string stacked, IReadOnlyList<OnnxDimension> dims) =>
        user.OpType switch
        {
            "ConcatFromSequence" when user.Int("new_axis", 0) != 0 =>
                [Moved(user, stacked, Axis(user, dims.Count), dims.Count, user.Outputs[0])],
            "ConcatFromSequence" => Concatenated(graph, user, stacked, dims),
            "SequenceAt" when graph.Constant(user.RequiredInput(1)) is not null =>
                [new OnnxNode(user.Name, "Gather") { Inputs = [stacked, user.Inputs[1]], Outputs = user.Outputs,
            Attributes = { ["axis"] = 0L } }],
            _ => null,
        };

    /// <summary>Elements of size 1 along the axis: that axis goes, and the iterations take its place.</summary>
    private static OnnxNode[]? Concatenated(OnnxGraph graph, OnnxNode user, string stacked, IReadOnlyList<OnnxDimension> dims)
    {
        var axis = Axis(user, dims.Count - 1);
        if (dims[axis + 1].Size != 1)
            return null;

        var wires = NameScope.OfWires(graph);
        string axes = wires.Unique($"{user.Name}/axes"), squeezed = wires.Unique($"{user.Name}/squeezed");
        graph.Initializers[axes] = OnnxTensor.Vector(axis + 1L);
        var squeeze = new OnnxNode(NameScope.OfNodes(graph).Unique($"{user.Name}/Squeeze"), "Squeeze")
        {
            Inputs = [stacked, axes],
            Outputs = [squeezed]
        };
        return [squeeze, Moved(user, squeezed, axis, dims.Count - 1, user.Outputs[0])];
    }

    /// <summary>The first axis moved to <paramref name="axis"/>.</summary>
    private static OnnxNode Moved(OnnxNode user, string from, int axis, int rank, string to)
    {
        long[] order = [.. Enumerable.Range(1, rank - 1).Select(i => (long)i)];
        return new OnnxNode(user.Name, "Transpose")
        {
            Inputs = [from],
            Outputs = [to],
            Attributes = { ["perm"] = (long[])[.. order[..axis], 0, .. order[axis..]] }
        };
    }

    private static int Axis(OnnxNode node, int rank)
    {
        var axis = (int)node.Int("axis");
        return axis < 0 ? axis + rank : axis;
    }
}
