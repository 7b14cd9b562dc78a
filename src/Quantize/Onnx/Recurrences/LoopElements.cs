namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Elements of outer tensors at a number that follows the iteration's become elements at that number itself.</summary>
internal static class LoopElements
{
    public static bool Apply(LoopBodyEditor editor)
    {
        var changed = false;
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

            if (own.Contains(gather.Inputs[0]) || gather.Inputs[1] == editor.Iteration
                || number.Excess(gather.Inputs[1]) is not (>= 0 and var from))
            {
                continue;
            }

            Replace(editor, gather, from, RankOfIndex(editor.Body, gather.Inputs[1]));
            changed = true;
        }

        return changed;
    }

    private static void Replace(LoopBodyEditor editor, OnnxNode gather, long from, int rank)
    {
        var axis = gather.Int("axis", 0);
        var outer = from == 0 ? gather.Inputs[0]
            : editor.Before("Slice", [gather.Inputs[0], editor.Constant(OnnxTensor.Vector(from)),
                editor.Constant(OnnxTensor.Vector(long.MaxValue)), editor.Constant(OnnxTensor.Vector(axis))]);
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
                case "Add" or "Sub":
                    return node.Inputs.Max(input => body.Constant(input)?.Rank ?? RankOfIndex(body, input));
                default:
                    wire = node.Inputs[0];
                    break;
            }
        }

        return 0;
    }
}
