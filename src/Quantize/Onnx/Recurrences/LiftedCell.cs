namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>A recurrent node of a body that can run around the loop.</summary>
internal sealed class LiftedCell
{
    private const int X = 0, H = 5, C = 6;

    private readonly LoopBodyEditor _editor;
    private readonly OnnxNode _node;
    private readonly OnnxNode _gather;
    private readonly CarriedState[] _states;

    private LiftedCell(LoopBodyEditor editor, OnnxNode node, OnnxNode gather, CarriedState[] states)
    {
        _editor = editor;
        _node = node;
        _gather = gather;
        _states = states;
    }

    /// <summary>Null where the node takes, keeps or gives what the loop needs step by step.</summary>
    public static LiftedCell? Of(LoopBodyEditor editor, OnnxNode node, SequenceLength lengths)
    {
        if (node.Domain.Length > 0 || node.OpType is not ("LSTM" or "GRU" or "RNN")
            || IsRead(editor.Body, node.Output(0)) || node.Input(4) is not null)
        {
            return null;
        }

        var producers = editor.Body.Producers();
        if (!producers.TryGetValue(node.Inputs[X], out var sequence) || !sequence.Is("Unsqueeze")
            || !producers.TryGetValue(sequence.Inputs[0], out var gather) || !gather.Is("Gather") || gather.Inputs[1] != editor.Iteration
            || editor.Own().Contains(gather.Inputs[0]) || !lengths.IsWhole(gather.Inputs[0], gather.Int("axis", 0)))
        {
            return null;
        }

        int[] inputs = node.Is("LSTM") ? [H, C] : [H];
        var states = inputs.Select((input, k) => CarriedState.Of(editor, producers, node.Inputs[input], node.Outputs[1 + k])).ToArray();
        return states.Contains(null) || (states.Length > 1 && states[1]!.IsSeen) ? null
            : new LiftedCell(editor, node, gather, [.. states.OfType<CarriedState>()]);
    }

    public void Lift(SequenceLength lengths)
    {
        var axis = _gather.Int("axis", 0);
        var x = _gather.Inputs[0];
        if (axis != 0)
            x = _editor.Before("Transpose", [x], ("perm", (long[])[axis, .. new long[] { 0, 1, 2 }.Where(other => other != axis)]));

        var first = _editor.Constant(OnnxTensor.Vector(0));
        string[] inputs = [x, .. _node.Inputs.Skip(1).Take(H - 1),
            .. _states.Select(state => _editor.Before("Unsqueeze", [_editor.Loop.Inputs[LoopBodyEditor.FirstState + state.Index], first]))];
        var outputs = _editor.Before(_node.OpType, inputs, 1 + _states.Length,
            [.. _node.Attributes.Select(pair => (pair.Key, pair.Value))]);
        var sequence = _editor.Before("Squeeze", [outputs[0], _editor.Constant(OnnxTensor.Vector(1))]);
        lengths.Add(sequence);

        var place = _editor.Body.Nodes.IndexOf(_node);
        _editor.Body.Nodes.Remove(_node);
        var element = _editor.InsideAt(place, "Gather", [sequence, _editor.Iteration], ("axis", 0L));
        _editor.Redirect(_states[0].Next, element);
        foreach (var (state, k) in _states.Select((state, k) => (state, k)).OrderByDescending(pair => pair.state.Index))
        {
            _editor.Output(state.Index, _editor.Before("Squeeze", [outputs[1 + k], first]));
            _editor.RemoveState(state.Index);
            _editor.Body.Nodes.RemoveAll(node => node.Outputs.Contains(state.Next) || node.Inputs.Contains(state.Name));
        }
    }

    private static bool IsRead(OnnxGraph body, string? wire) => wire is not null
        && (body.Outputs.Exists(output => output.Name == wire) || body.Nodes.Exists(node => OnnxGraph.ReadBy(node).Contains(wire)));

    /// <summary>A value that the node takes from the iteration before and gives to the next one.</summary>
    /// <param name="Index">Among the loop's carried values.</param>
    /// <param name="Name">The body's input.</param>
    /// <param name="Next">The body's wire for the next iteration, before any Identity.</param>
    /// <param name="IsSeen">Others than the next iteration read the new value.</param>
    private sealed record CarriedState(int Index, string Name, string Next, bool IsSeen)
    {
        public static CarriedState? Of(LoopBodyEditor editor, Dictionary<string, OnnxNode> producers, string input, string output)
        {
            var body = editor.Body;
            if (!producers.TryGetValue(input, out var unsqueeze) || !unsqueeze.Is("Unsqueeze"))
                return null;

            var name = unsqueeze.Inputs[0];
            var index = body.Inputs.FindIndex(each => each.Name == name) - LoopBodyEditor.FirstState;
            if (index < 0 || body.Nodes.Count(node => OnnxGraph.ReadBy(node).Contains(name)) > 1
                || body.Outputs.Exists(each => each.Name == name))
            {
                return null;
            }

            var next = body.Outputs[LoopBodyEditor.FirstNext + index].Name;
            while (producers.TryGetValue(next, out var identity) && identity.Is("Identity"))
                next = identity.Inputs[0];

            if (!producers.TryGetValue(next, out var squeeze) || !squeeze.Is("Squeeze") || squeeze.Inputs[0] != output)
                return null;

            var seen = body.Nodes.Any(node => !node.Is("Identity") && OnnxGraph.ReadBy(node).Contains(next))
                || body.Outputs.Where((each, i) => i != LoopBodyEditor.FirstNext + index && each.Name == next).Any();
            return new CarriedState(index, name, next, seen);
        }
    }
}
