using EdgeSeq.Quantize.Onnx.Ort;

namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// A carried tensor of which each iteration only writes its own part (scattered, selected by a mask, or appended) becomes a stacked output
/// of the loop, rearranged behind it. Along which axis it is filled, and from which end, is tried out.
/// </summary>
internal static class FilledTensors
{
    private const int MaxRank = 5;

    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        var loops = Enumerable.Range(0, graph.Nodes.Count).Where(at => graph.Nodes[at].Is("Loop")).ToList();
        foreach (var at in loops)
        {
            for (var state = new LoopBodyEditor(graph, graph.Nodes[at]).States - 1; state >= 0; state--)
            {
                if (FillOf(graph, at, state) is not { } fill)
                    continue;

                TakeOut(new LoopBodyEditor(graph, graph.Nodes[at]), state, fill);
                return true;
            }
        }

        return false;
    }

    /// <summary>How the iterations fill the carried tensor; null where they do something else with it.</summary>
    private static Fill? FillOf(OnnxGraph graph, int loop, int state)
    {
        var editor = new LoopBodyEditor(graph, graph.Nodes[loop]);
        if (Element(editor, state) is null || TypeInference.Infer(graph).GetValueOrDefault(Start(editor, state))?.Dims is not { } dims)
            return null;

        // The axis of the iterations is an open one, most often; where it is fixed, any may be.
        return Enumerable.Range(0, Math.Min(dims.Count, MaxRank)).OrderBy(axis => dims[axis].Size is null or 0 ? 0 : 1)
            .SelectMany(axis => new[] { new Fill(axis, false), new Fill(axis, true) })
            .Where(fill => Holds(graph, loop, state, fill)).Select(fill => (Fill?)fill).FirstOrDefault();
    }

    private static bool Holds(OnnxGraph graph, int loop, int state, Fill fill)
    {
        var trial = graph.Clone();
        TakeOut(new LoopBodyEditor(trial, trial.Nodes[loop]), state, fill);
        return RewriteCheck.IsSame(graph, trial);
    }

    private static string Start(LoopBodyEditor editor, int state) => editor.Loop.Inputs[LoopBodyEditor.FirstState + state];

    /// <summary>What an iteration writes; null where the tensor's content is read too.</summary>
    private static string? Element(LoopBodyEditor editor, int state)
    {
        var body = editor.Body;
        var carried = body.Inputs[LoopBodyEditor.FirstState + state].Name;
        var next = body.Outputs[LoopBodyEditor.FirstNext + state].Name;
        if (body.Producers().GetValueOrDefault(next) is not { } fill || Written(fill, carried) is not { } element)
            return null;

        HashSet<string> content = [carried];
        foreach (var node in body.Nodes.Where(node => node != fill && node.OpType is not ("Shape" or "Size")))
        {
            if (OnnxGraph.ReadBy(node).Any(content.Contains))
                content.UnionWith(node.Outputs);
        }

        var isOnlyFilled = !fill.Inputs.Any(input => input != carried && content.Contains(input))
            && !body.Nodes.Exists(node => node.OpType is not ("Shape" or "Size") && OnnxGraph.ReadBy(node).Contains(next))
            && body.Outputs.Count(output => output.Name == next) == 1 && !body.Outputs.Exists(output => content.Contains(output.Name));
        return isOnlyFilled ? Unshaped(body, element) : null;
    }

    /// <summary>The element before it was given the shape of its place, for which the tensor's shape is read.</summary>
    private static string Unshaped(OnnxGraph body, string element)
    {
        var producers = body.Producers();
        while (producers.GetValueOrDefault(element) is { OpType: "Expand" or "Identity" or "Reshape" or "Squeeze" or "Unsqueeze" } node)
            element = node.Inputs[0];

        return element;
    }

    private static string? Written(OnnxNode fill, string carried) => fill.OpType switch
    {
        "ScatterND" or "ScatterElements" when fill.Inputs[0] == carried && fill.String("reduction", "none") == "none" => fill.Inputs[2],
        "TensorScatter" when fill.Inputs[0] == carried => fill.Inputs[1],
        "Concat" when fill.Inputs is [var before, var added] && before == carried => added,
        "Where" when fill.Inputs[2] == carried && fill.Inputs[1] != carried => fill.Inputs[1],
        "Where" when fill.Inputs[1] == carried && fill.Inputs[2] != carried => fill.Inputs[2],
        _ => null,
    };

    /// <summary>The elements stacked by the loop, in the shape that the tensor starts with but for the axis that they fill.</summary>
    private static void TakeOut(LoopBodyEditor editor, int state, Fill fill)
    {
        var axis = fill.Axis;
        var element = Element(editor, state)!;
        var start = Start(editor, state);
        var rank = TypeInference.Infer(editor.Graph)[start].Dims!.Count;
        var carried = editor.Body.Inputs[LoopBodyEditor.FirstState + state].Name;
        var stacked = editor.NewWire("stacked");
        var others = editor.After("Gather", [editor.After("Shape", [start]),
            editor.Constant(OnnxTensor.Vector([.. Enumerable.Range(0, rank).Where(i => i != axis).Select(i => (long)i)]))]);
        var shape = editor.After("Concat", [editor.Constant(OnnxTensor.Vector(-1)), others], ("axis", 0L));
        long[] rest = [.. Enumerable.Range(1, rank - 1).Select(i => (long)i)];
        var elements = !fill.FromEnd ? stacked : editor.After("Slice",
            [stacked, editor.Constant(OnnxTensor.Vector(-1)), editor.Constant(OnnxTensor.Vector(long.MinValue)),
                editor.Constant(OnnxTensor.Vector(0)), editor.Constant(OnnxTensor.Vector(-1))]);
        var whole = editor.After("Transpose", [editor.After("Reshape", [elements, shape])],
            ("perm", (long[])[.. rest[..axis], 0, .. rest[axis..]]));
        editor.Output(state, whole);
        editor.RemoveState(state);
        editor.Redirect(carried, start);
        editor.Stack(element, stacked);
        editor.Finish();
    }

    /// <param name="Axis">Along which the tensor is filled.</param>
    /// <param name="FromEnd">The first iteration writes the last element.</param>
    private readonly record struct Fill(int Axis, bool FromEnd);
}
