using EdgeSeq.Quantize.Onnx.Ort;

namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>
/// A Loop that inserts one element an iteration into a list (one that a scripted PyTorch model fills and stacks) stacks its elements
/// itself: the list becomes an output of the loop, behind the elements that it starts with, and what joins the list a rearrangement.
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
            for (var state = loop.Inputs.Count - FirstState - 1; state >= 0; state--)
            {
                while (ElementsOf(graph, loop.Input(FirstState + state)) is { } elements && LastOfList.Carry(graph, loop, state, elements))
                    changed = true;
            }

            // Taking a list out moves the ones behind it.
            for (var state = loop.Inputs.Count - FirstState - 1; state >= 0; state--)
                changed |= Stack(graph, loop, state);
        }

        return changed;
    }

    private static bool Stack(OnnxGraph graph, OnnxNode loop, int state)
    {
        if (InsertInto(loop, state) is not { } insert || ElementsOf(graph, loop.Input(FirstState + state)) is not { } first
            || loop.Output(state) is not { } list || graph.Outputs.Any(output => output.Name == list))
        {
            return false;
        }

        var stacked = NameScope.OfWires(graph).Unique($"{list}/stacked");
        var users = graph.Nodes.Where(node => OnnxGraph.ReadBy(node).Contains(list)).ToList();
        if (DimsOfStacked(graph, loop, state, insert, stacked, first, users) is not { } dims)
            return false;

        List<OnnxNode> started = [];
        var all = first.Count == 0 ? stacked : Behind(graph, first, stacked, started);
        var joined = users.ConvertAll(user => Joined(graph, user, all, dims));
        if (joined.Contains(null))
            return false;

        TakeOut(loop, state, insert, stacked);
        graph.Nodes.InsertRange(graph.Nodes.IndexOf(loop) + 1, started);
        for (var i = 0; i < users.Count; i++)
        {
            var at = graph.Nodes.IndexOf(users[i]);
            graph.Nodes.RemoveAt(at);
            graph.Nodes.InsertRange(at, joined[i]!);
        }

        GraphCleanup.RemoveUnused(graph);
        return true;
    }

    /// <summary>The elements of a list that was made in front of the loop; null where they are not known one by one.</summary>
    private static List<string>? ElementsOf(OnnxGraph graph, string? list)
    {
        var maker = graph.Nodes.Find(node => list is not null && node.Domain.Length == 0 && node.Outputs.Contains(list));
        return maker?.OpType switch
        {
            "SequenceEmpty" => [],
            "SequenceConstruct" => [.. maker.Inputs],
            "SequenceInsert" when maker.Input(2) is null && ElementsOf(graph, maker.Inputs[0]) is { } before =>
                [.. before, maker.Inputs[1]],
            _ => null,
        };
    }

    /// <summary>The elements that a list starts with, and the stacked ones behind them.</summary>
    private static string Behind(OnnxGraph graph, List<string> first, string stacked, List<OnnxNode> added)
    {
        var wires = NameScope.OfWires(graph);
        wires.Take(stacked);
        var axes = wires.Unique($"{stacked}/axes");
        graph.Initializers[axes] = OnnxTensor.Vector(0);
        foreach (var element in first)
            Add("Unsqueeze", [element, axes]);

        return Add("Concat", [.. added.Select(node => node.Outputs[0]), stacked], ("axis", 0L));

        string Add(string opType, string[] inputs, params (string Name, OnnxAttribute Value)[] attributes)
        {
            var output = wires.Unique($"{stacked}/{opType}");
            added.Add(new OnnxNode(NameScope.OfNodes(graph).Unique(output), opType)
            {
                Inputs = [.. inputs],
                Outputs = [output],
                Attributes = attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value),
            });
            return output;
        }
    }

    /// <summary>The node that puts an element at the end of the list; null where the list is not only filled.</summary>
    private static OnnxNode? InsertInto(OnnxNode loop, int state)
    {
        var body = loop.Graph("body");
        var filled = body.Outputs[1 + state].Name;
        return body.Nodes.Where(node => OnnxGraph.ReadBy(node).Contains(body.Inputs[FirstState + state].Name)).ToList() is [var insert]
            && insert.Is("SequenceInsert") && insert.Input(2) is null && insert.Outputs[0] == filled
            && !body.Nodes.Exists(node => OnnxGraph.ReadBy(node).Contains(filled))
            ? insert
            : null;
    }

    /// <summary>
    /// Dimensions of the stacked elements, as ONNX Runtime infers them, or those of the first element where the list is stacked, which only
    /// equal ones can be; null where neither is known, or where the first elements have others.
    /// </summary>
    private static IReadOnlyList<OnnxDimension>? DimsOfStacked(
        OnnxGraph graph, OnnxNode loop, int state, OnnxNode insert, string stacked, List<string> first, List<OnnxNode> users)
    {
        var trial = graph.Clone();
        var at = graph.Nodes.IndexOf(loop);
        trial.Nodes.RemoveRange(at + 1, trial.Nodes.Count - at - 1);
        trial.Outputs.Clear();
        TakeOut(trial.Nodes[at], state, insert, stacked);
        var types = TypeInference.Infer(trial);
        var alike = first.Count > 0 && users.TrueForAll(user => user.Is("ConcatFromSequence") && user.Int("new_axis", 0) != 0)
            && types.GetValueOrDefault(first[0])?.Dims is { } one ? one.Prepend(OnnxDimension.Unknown).ToList() : null;
        return (types[stacked].Dims ?? alike) is { } dims
            && first.TrueForAll(element => IsAlike(types.GetValueOrDefault(element)?.Dims, dims)) ? dims : null;
    }

    private static bool IsAlike(IReadOnlyList<OnnxDimension>? element, IReadOnlyList<OnnxDimension> stacked) =>
        element is not null && element.Count == stacked.Count - 1
        && element.Zip(stacked.Skip(1))
            .All(pair => pair.First.Size is null || pair.Second.Size is null || pair.First.Size == pair.Second.Size);

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

    /// <summary>The axis of the iterations goes into the one in front of which it stands; both are brought to the end for that, where no
    /// size need be known.</summary>
    private static OnnxNode[] Concatenated(OnnxGraph graph, OnnxNode user, string stacked, IReadOnlyList<OnnxDimension> dims)
    {
        var rank = dims.Count - 1;
        var axis = Axis(user, rank);
        NameScope wires = NameScope.OfWires(graph), nodes = NameScope.OfNodes(graph);
        var added = new List<OnnxNode>();
        if (dims[axis + 1].Size == 1)
        {
            var squeezed = Add("Squeeze", stacked, axis + 1L);
            return [.. added, Moved(user, squeezed, axis, rank, user.Outputs[0])];
        }

        long[] others = [.. Enumerable.Range(0, rank).Where(i => i != axis).Select(i => (long)i)];
        var ordered = Add("Transpose", stacked);
        added[0].Attributes["perm"] = (long[])[.. others.Select(i => i + 1), 0, axis + 1];
        var merged = Add("Reshape", ordered, [.. others.Select(_ => 0L), -1]);
        var back = Enumerable.Range(0, rank).Select(i => i < axis ? i : i == axis ? rank - 1L : i - 1);
        return
        [
            .. added,
            new OnnxNode(user.Name, "Transpose")
            {
                Inputs = [merged],
                Outputs = [user.Outputs[0]],
                Attributes = { ["perm"] = (long[])[.. back] },
            },
        ];

        string Add(string opType, string input, params long[] integers)
        {
            var output = wires.Unique($"{user.Name}/{opType}");
            var node = new OnnxNode(nodes.Unique(output), opType) { Inputs = [input], Outputs = [output] };
            if (integers.Length > 0)
            {
                node.Inputs.Add(wires.Unique($"{output}/integers"));
                graph.Initializers[node.Inputs[1]] = OnnxTensor.Vector(integers);
            }

            added.Add(node);
            return output;
        }
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
