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
        var forms = new AffineForms(body, wire => Width(editor, widths, wire));
        var nexts = Enumerable.Range(0, editor.States).ToDictionary(
            s => body.Inputs[LoopBodyEditor.FirstState + s].Name, s => forms.Wire(body.Outputs[LoopBodyEditor.FirstNext + s].Name));
        var matcher = new CellMatcher(body, forms, nexts.GetValueOrDefault);
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
            editor.Constant(Stacked(cell.Gates.Select(gate => gate.Input), cell.Hidden, cell.Gates.Max(gate => gate.Input?.Rows ?? 0))),
            editor.Constant(Stacked(cell.Gates.Select(gate => gate.Recurrent), cell.Hidden, cell.Hidden)),
            editor.Constant(Biases(cell)),
            "",
            Sequence(cell.H),
        };
        if (cell.C is not null)
            inputs.Add(Sequence(cell.C));

        var wires = editor.InsideAt(place++, cell.OpType, inputs, cell.C is null ? 2 : 3, Attributes(cell));
        editor.InsideAs(place++, "Squeeze", [wires[1], axis], cell.NextH);
        if (cell.NextC is not null)
            editor.InsideAs(place, "Squeeze", [wires[2], axis], cell.NextC);

        string Sequence(string wire) => editor.InsideAt(place++, "Unsqueeze", [wire, axis]);
    }

    private static (string, OnnxAttribute)[] Attributes(RecurrentCell cell)
    {
        var attributes = new List<(string, OnnxAttribute)>
        {
            ("hidden_size", (long)cell.Hidden),
            ("activations", (string[])[.. cell.Activations.Select(activation => activation.Name)]),
        };
        if (cell.Activations.Any(activation => activation.Alpha is not null))
        {
            attributes.Add(("activation_alpha", (float[])[.. cell.Activations.Select(activation => activation.Alpha).OfType<float>()]));
            if (cell.Activations.Any(activation => activation.Beta is not null))
                attributes.Add(("activation_beta", (float[])[.. cell.Activations.Select(activation => activation.Beta).OfType<float>()]));
        }

        if (cell.LinearBeforeReset)
            attributes.Add(("linear_before_reset", 1L));

        return [.. attributes];
    }

    /// <summary>[1, gates · hidden, rows]: ONNX multiplies with the transposed matrix.</summary>
    private static OnnxTensor Stacked(IEnumerable<Matrix?> gates, int hidden, int rows)
    {
        Matrix?[] all = [.. gates];
        var values = new float[all.Length * hidden * rows];
        for (var i = 0; i < values.Length; i++)
            values[i] = all[i / rows / hidden]?[i % rows, i / rows % hidden] ?? 0;

        return OnnxTensor.FromFloats(values, 1, all.Length * hidden, rows);
    }

    private static OnnxTensor Biases(RecurrentCell cell)
    {
        float[] both = [.. cell.Gates.SelectMany(gate => gate.Bias),
            .. cell.Gates.SelectMany(gate => gate.RecurrentBias ?? new float[cell.Hidden])];
        return OnnxTensor.FromFloats(both, 1, both.Length);
    }
}
