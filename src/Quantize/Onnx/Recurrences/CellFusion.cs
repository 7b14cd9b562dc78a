using EdgeSeq.Quantize.Onnx.Ort;

namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Cells that loop bodies spell out become RNN, GRU and LSTM nodes on sequences of one element.</summary>
internal static class CellFusion
{
    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        var changed = false;
        foreach (var loop in graph.Nodes.Where(node => node.Is("Loop")).ToList())
            changed |= Apply(new LoopBodyEditor(graph, loop));

        return changed;
    }

    private static bool Apply(LoopBodyEditor editor)
    {
        var changed = false;
        while (Find(editor) is { } cell)
        {
            Replace(editor, cell);
            changed = true;
        }

        if (changed)
            editor.Finish();

        return changed;
    }

    private static RecurrentCell? Find(LoopBodyEditor editor)
    {
        var body = editor.Body;
        var widths = new Lazy<IReadOnlyDictionary<string, OnnxValue>>(() => TypeInference.Infer(editor.Graph));
        var forms = new AffineForms(body, wire => Width(editor, widths, wire), wire =>
            body.Nodes.Exists(node => node.Is("Gather") && node.Outputs[0] == wire && node.Inputs[1] == editor.Iteration));
        var nexts = Enumerable.Range(0, editor.States).ToDictionary(
            s => body.Inputs[LoopBodyEditor.FirstState + s].Name, s => forms.Wire(body.Outputs[LoopBodyEditor.FirstNext + s].Name));
        var matcher = new CellMatcher(body, forms, (wire, node) => nexts.GetValueOrDefault(wire) == node.Outputs[0], nexts.ContainsKey);
        return body.Nodes.AsEnumerable().Reverse().Where(node => node.Domain.Length == 0).Select(matcher.Of)
            .FirstOrDefault(cell => cell is not null);
    }

    /// <summary>Values of an element of an outer sequence, or of a carried value.</summary>
    private static int? Width(LoopBodyEditor editor, Lazy<IReadOnlyDictionary<string, OnnxValue>> types, string wire)
    {
        var state = editor.Body.Inputs.FindIndex(input => input.Name == wire) - LoopBodyEditor.FirstState;
        var outer = state >= 0 ? editor.Loop.Inputs[LoopBodyEditor.FirstState + state]
            : editor.Body.Producers().GetValueOrDefault(wire) is { OpType: "Gather" } gather && gather.Inputs[1] == editor.Iteration
            ? gather.Inputs[0] : null;
        return outer is not null && types.Value.GetValueOrDefault(outer)?.Dims is { Count: > 0 } dims ? (int?)dims[^1].Size : null;
    }

    private static void Replace(LoopBodyEditor editor, RecurrentCell cell)
    {
        var producers = editor.Body.Producers();
        var places = new[] { cell.NextH, cell.NextC }.OfType<string>().Select(wire => producers[wire]).ToList();
        var place = places.Min(node => editor.Body.Nodes.IndexOf(node));
        foreach (var node in places)
            editor.Body.Nodes.Remove(node);

        var axis = editor.Constant(OnnxTensor.Vector(0));
        var inputs = new List<string>
        {
            Sequence(cell.X),
            editor.Constant(CellTensors.Input(cell)),
            editor.Constant(CellTensors.Recurrent(cell)),
            editor.Constant(CellTensors.Biases(cell)),
            "",
            Sequence(cell.H),
        };
        if (cell.C is not null)
            inputs.Add(Sequence(cell.C));

        var wires = editor.InsideAt(place++, cell.OpType, inputs, cell.C is null ? 2 : 3, CellTensors.Attributes(cell));
        editor.InsideAs(place++, "Squeeze", [wires[1], axis], cell.NextH);
        if (cell.NextC is not null)
            editor.InsideAs(place, "Squeeze", [wires[2], axis], cell.NextC);

        string Sequence(string wire) => editor.InsideAt(place++, "Unsqueeze", [wire, axis]);
    }
}
