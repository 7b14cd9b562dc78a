namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// A recurrent node of a loop body that runs on one element of an outer sequence, and whose state is the loop's, runs on the whole
/// sequence around the loop instead. Outputs that stack an outer sequence's elements are that sequence.
/// </summary>
internal static class LoopLifting
{
    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        var changed = false;
        foreach (var loop in graph.Nodes.Where(node => node.Is("Loop")).ToList())
        {
            if (LoopBody.RunsToTheEnd(graph, loop) && loop.Input(0) is not null)
                changed |= Apply(new LoopBodyEditor(graph, loop));
        }

        return changed;
    }

    private static bool Apply(LoopBodyEditor editor)
    {
        var lengths = new SequenceLength(editor);
        var changed = false;
        while (editor.Body.Nodes.Select(node => LiftedCell.Of(editor, node, lengths)).FirstOrDefault(cell => cell is not null) is { } cell)
        {
            cell.Lift(lengths);
            changed = true;
        }

        changed |= TakeStacked(editor, lengths);
        if (changed)
            editor.Finish();

        return changed;
    }

    private static bool TakeStacked(LoopBodyEditor editor, SequenceLength lengths)
    {
        var changed = false;
        for (var k = editor.Body.Outputs.Count - LoopBodyEditor.FirstNext - 1; k >= editor.States; k--)
        {
            var producers = editor.Body.Producers();
            var wire = editor.Body.Outputs[LoopBodyEditor.FirstNext + k].Name;
            while (producers.TryGetValue(wire, out var identity) && identity.Is("Identity"))
                wire = identity.Inputs[0];

            if (producers.TryGetValue(wire, out var gather) && gather.Is("Gather") && gather.Inputs[1] == editor.Iteration
                && gather.Int("axis", 0) == 0 && !editor.Own().Contains(gather.Inputs[0]) && lengths.IsWhole(gather.Inputs[0], 0))
            {
                editor.Output(k, gather.Inputs[0]);
                editor.RemoveStacked(k);
                changed = true;
            }
        }

        return changed;
    }
}
