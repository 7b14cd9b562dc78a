namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Elements of outer tensors at a number that follows the iteration's become elements at that number itself.</summary>
internal static class LoopElements
{
    public static bool Apply(LoopBodyEditor editor)
    {
        var changed = AsGathers(editor, new IterationNumber(editor.Body));
        var own = editor.Own();
        var number = new IterationNumber(editor.Body);
        var outer = new OuterValues(editor);
        foreach (var gather in editor.Body.Nodes.Where(node => node.Is("Gather")).ToList())
        {
            if (own.Contains(gather.Inputs[0]) && number.Excess(gather.Inputs[1]) is not null && outer.Of(gather.Inputs[0]) is { } sequence)
            {
                gather.Inputs[0] = sequence;
                changed = true;
            }

            if (own.Contains(gather.Inputs[0]) || gather.Inputs[1] == editor.Iteration)
                continue;

            if (number.Excess(gather.Inputs[1]) is >= 0 and var from)
                Replace(editor, gather, From(editor, gather, from));
            else if (new FallingIndex(editor, outer).StartOf(gather.Inputs[1]) is { } start)
                Replace(editor, gather, Backwards(editor, gather, start));
            else
                continue;

            changed = true;
        }

        return changed;
    }

    /// <summary>Slices of one element from a number on, and elements by GatherND: Gather.</summary>
    private static bool AsGathers(LoopBodyEditor editor, IterationNumber number)
    {
        var changed = false;
        foreach (var node in editor.Body.Nodes.Where(node => node.Is("Slice") || node.Is("GatherND")).ToList())
        {
            var isElement = node.Is("Slice") ? IsElement(editor.Body, number, node)
                : node.Int("batch_dims", 0) == 0 && number.Excess(node.Inputs[1]) is not null
                    && RankOfIndex(editor.Body, node.Inputs[1]) == 1;
            if (!isElement)
                continue;

            var index = node.Inputs[1];
            if (node.Is("GatherND"))
            {
                index = editor.InsideAt(editor.Body.Nodes.IndexOf(node), "Squeeze", [index, editor.Constant(OnnxTensor.Vector(0))]);
                node.Attributes.Clear();
            }
            else
            {
                node.Attributes["axis"] = editor.Body.Constant(node.Inputs[3])!.ToInts()[0];
            }

            node.OpType = "Gather";
            node.Inputs.RemoveRange(1, node.Inputs.Count - 1);
            node.Inputs.Add(index);
            changed = true;
        }

        return changed;
    }

    /// <summary>From the number of an iteration to the next one along one axis.</summary>
    private static bool IsElement(OnnxGraph body, IterationNumber number, OnnxNode slice) =>
        number.Excess(slice.Inputs[1]) is long from && number.Excess(slice.Inputs[2]) == from + 1
        && body.Constant(slice.Input(3))?.ToInts() is [_] && (slice.Input(4) is not { } steps || body.Constant(steps)?.ToInts() is [1]);

    /// <summary>The sequence from an element on.</summary>
    private static string From(LoopBodyEditor editor, OnnxNode gather, long from) => from == 0 ? gather.Inputs[0]
        : editor.Before("Slice", [gather.Inputs[0], editor.Constant(OnnxTensor.Vector(from)),
            editor.Constant(OnnxTensor.Vector(long.MaxValue)), editor.Constant(OnnxTensor.Vector(gather.Int("axis", 0)))]);

    /// <summary>The sequence from an element back to the first.</summary>
    private static string Backwards(LoopBodyEditor editor, OnnxNode gather, string start) =>
        editor.Before("Slice", [gather.Inputs[0], start, editor.Constant(OnnxTensor.Vector(long.MinValue)),
            editor.Constant(OnnxTensor.Vector(gather.Int("axis", 0))), editor.Constant(OnnxTensor.Vector(-1))]);

    /// <param name="outer">The sequence whose elements are taken at the iteration's number.</param>
    private static void Replace(LoopBodyEditor editor, OnnxNode gather, string outer)
    {
        var axis = gather.Int("axis", 0);
        var rank = RankOfIndex(editor.Body, gather.Inputs[1]);
        var place = editor.Body.Nodes.IndexOf(gather);
        editor.Body.Nodes.Remove(gather);
        var element = editor.InsideAt(place, "Gather", [outer, editor.Iteration], ("axis", axis));
        if (rank == 1)
            SkipSqueezes(editor, gather.Outputs[0], element, axis);

        for (var i = 0; i < rank; i++)
            element = editor.InsideAt(place + 1 + i, "Unsqueeze", [element, editor.Constant(OnnxTensor.Vector(axis))]);

        editor.Redirect(gather.Outputs[0], element);
    }

    /// <summary>What takes the dimension of the index away again reads the element itself.</summary>
    private static void SkipSqueezes(LoopBodyEditor editor, string elementOfOne, string element, long axis)
    {
        foreach (var squeeze in editor.Body.Nodes
            .Where(node => node.Is("Squeeze") && node.Inputs[0] == elementOfOne
                && editor.Body.Constant(node.Input(1))?.ToInts() is [var taken] && taken == axis).ToList())
        {
            editor.Body.Nodes.Remove(squeeze);
            editor.Redirect(squeeze.Outputs[0], element);
        }
    }

    /// <summary>Dimensions of 1 that an index has got since the iteration's number, which has none.</summary>
    private static int RankOfIndex(OnnxGraph body, string wire)
    {
        var producers = body.Producers();
        while (producers.TryGetValue(wire, out var node))
        {
            switch (node.OpType)
            {
                case "Reshape":
                    return (int)(body.Constant(node.Inputs[1])?.Count ?? 0);
                case "Unsqueeze":
                    return RankOfIndex(body, node.Inputs[0]) + (int)(body.Constant(node.Inputs[1])?.Count ?? 1);
                case "Squeeze":
                    return 0;
                case "Add" or "Sub" or "Mul":
                    return node.Inputs.Max(input => body.Constant(input)?.Rank ?? RankOfIndex(body, input));
                default:
                    wire = node.Inputs[0];
                    break;
            }
        }

        return 0;
    }
}
