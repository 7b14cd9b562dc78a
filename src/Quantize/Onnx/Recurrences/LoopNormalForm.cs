namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// Brings loops as TensorFlow and PyTorch write them into one form: a trip count, a condition that never ends the loop, no carried
/// value but real state, and the elements of sequences taken at the iteration's number. Carried counters, lengths and weights, conditions
/// that compare counters, and offsets of an index go.
/// </summary>
internal static class LoopNormalForm
{
    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        var changed = false;
        foreach (var loop in graph.Nodes.Where(node => node.Is("Loop")).ToList())
            changed |= Apply(graph, loop);

        return changed;
    }

    private static bool Apply(OnnxGraph graph, OnnxNode loop)
    {
        var editor = new LoopBodyEditor(graph, loop);
        var changed = NumberByItself(editor) | RemovePassedOn(editor);
        var runsToTheEnd = LoopBody.RunsToTheEnd(graph, loop) && loop.Input(0) is not null;
        var isBound = !runsToTheEnd && Bound(editor);
        if (runsToTheEnd || isBound)
            changed |= isBound | RemoveCounters(editor);

        changed |= LoopElements.Apply(editor);
        if (changed)
            editor.Finish();

        return changed;
    }

    /// <summary>The iteration's number, which may be a vector of one element, is a scalar of which the body makes that vector.</summary>
    private static bool NumberByItself(LoopBodyEditor editor)
    {
        var number = editor.Body.Inputs[0];
        if (number.Dims is not [_])
            return false;

        var scalar = editor.NewWire("number");
        editor.Body.Inputs[0] = number with { Name = scalar, Dims = [] };
        editor.InsideAs(0, "Reshape", [scalar, editor.Constant(OnnxTensor.Vector(1))], number.Name);
        return true;
    }

    /// <summary>Carried values that no iteration changes are the wires that they start with.</summary>
    private static bool RemovePassedOn(LoopBodyEditor editor)
    {
        var changed = false;
        var own = editor.Own();
        var producers = editor.Body.Producers();
        for (var s = editor.States - 1; s >= 0; s--)
        {
            var next = editor.Body.Outputs[LoopBodyEditor.FirstNext + s].Name;
            while (producers.TryGetValue(next, out var node) && node.Is("Identity"))
                next = node.Inputs[0];

            var (name, start) = (editor.Body.Inputs[LoopBodyEditor.FirstState + s].Name, editor.Loop.Inputs[LoopBodyEditor.FirstState + s]);
            if (next != name || own.Contains(start))
                continue;

            editor.Output(s, start);
            editor.RemoveState(s);
            editor.Redirect(name, start);
            changed = true;
        }

        return changed;
    }

    /// <summary>Gives the loop a trip count in the place of its conditions.</summary>
    private static bool Bound(LoopBodyEditor editor)
    {
        var body = editor.Body;
        var number = new IterationNumber(body, Counters(editor));
        if (new LoopConditions(body, number.Excess, body.Inputs[1].Name).Of(body.Outputs[0].Name) is not { } inside)
            return false;

        var outer = new OuterValues(editor);
        var bounds = new List<LoopBound>();
        if (editor.Loop.Input(0) is { } trips)
            bounds.Add(new LoopBound(trips, 0));

        foreach (var bound in inside)
        {
            // The condition at the end of an iteration is that of the next one.
            if (outer.Of(bound.Limit) is not { } limit)
                return false;

            bounds.Add(new LoopBound(limit, bound.Less - 1));
        }

        if (bounds.Count == 0)
            return false;

        editor.Loop.Inputs[0] = TripCount.Of(editor, bounds, Start(editor, bounds));
        editor.Loop.Inputs[1] = "";
        body.Outputs[0] = body.Outputs[0] with { Name = body.Inputs[1].Name };
        return true;
    }

    /// <summary>The first condition, unless the bounds say it already.</summary>
    private static string? Start(LoopBodyEditor editor, List<LoopBound> bounds)
    {
        if (editor.Loop.Input(1) is not { } start)
            return null;

        var producers = editor.OuterProducers();
        var known = new LoopConditions(editor.Graph, wire => Number(editor.Graph, producers, wire), null).Of(start);
        return known?.All(first => bounds.Exists(bound => bound.Less >= first.Less && Root(bound.Limit) == Root(first.Limit))) == true
            ? null : start;

        string Root(string wire) => TripCount.Root(editor.Graph, producers, wire);
    }

    private static long? Number(OnnxGraph graph, Dictionary<string, OnnxNode> producers, string wire) =>
        TripCount.Root(graph, producers, wire) is ['=', .. var digits]
            ? long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>Carried values that begin with a constant and grow by one, with that constant.</summary>
    private static Dictionary<string, long> Counters(LoopBodyEditor editor)
    {
        var body = editor.Body;
        var producers = body.Producers();
        var counters = new Dictionary<string, long>();
        for (var s = 0; s < editor.States; s++)
        {
            var name = body.Inputs[LoopBodyEditor.FirstState + s].Name;
            var start = editor.Graph.Constant(editor.Loop.Inputs[LoopBodyEditor.FirstState + s]);
            var next = body.Outputs[LoopBodyEditor.FirstNext + s].Name;
            while (producers.TryGetValue(next, out var identity) && identity.Is("Identity"))
                next = identity.Inputs[0];

            if (start is not null && start.ElementType.IsInteger() && IterationNumber.Whole(start) is long first
                && producers.TryGetValue(next, out var add) && add.Is("Add") && add.Inputs.Contains(name)
                && IterationNumber.Whole(body.Constant(add.Inputs[add.Inputs[0] == name ? 1 : 0])) == 1)
            {
                counters[name] = first;
            }
        }

        return counters;
    }

    /// <summary>A counter is the iteration's number plus what it started with.</summary>
    private static bool RemoveCounters(LoopBodyEditor editor)
    {
        var changed = false;
        var counters = Counters(editor);
        for (var s = editor.States - 1; s >= 0; s--)
        {
            var name = editor.Body.Inputs[LoopBodyEditor.FirstState + s].Name;
            if (!counters.TryGetValue(name, out var first))
                continue;

            var start = editor.Graph.Constant(editor.Loop.Inputs[LoopBodyEditor.FirstState + s])!;
            editor.Output(s, Last(editor, start, first));
            editor.RemoveState(s);
            editor.Redirect(name, Numbered(editor, start, first));
            changed = true;
        }

        return changed;
    }

    private static string Numbered(LoopBodyEditor editor, OnnxTensor start, long first)
    {
        // Nodes are put at the body's start, so the last one is made first.
        var shape = editor.Constant(OnnxTensor.Vector([.. start.Dims]));
        var number = editor.Iteration;
        var place = 0;
        if (start.ElementType != OnnxElementType.Int64)
            number = editor.InsideAt(place++, "Cast", [number], ("to", (long)start.ElementType));
        if (start.Rank > 0)
            number = editor.InsideAt(place++, "Reshape", [number, shape]);
        return first == 0 ? number : editor.InsideAt(place, "Add", [number, editor.Constant(start)]);
    }

    private static string Last(LoopBodyEditor editor, OnnxTensor start, long first)
    {
        var trips = editor.After("Reshape", [editor.Loop.Inputs[0], editor.Constant(OnnxTensor.Vector([.. start.Dims]))]);
        var sum = first == 0 ? trips : editor.After("Add", [trips, editor.Constant(OnnxTensor.Scalar(first))]);
        return editor.After("Cast", [sum], ("to", (long)start.ElementType));
    }
}
