namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>
/// A softmax over scores and one more number (a learned sink), of whose weights those of the scores are kept: the scores' terms divided by
/// a sum with one more in it. As many scores as elements of a sequence then need no place for the one behind them.
/// </summary>
internal static class AttentionSinks
{
    public static bool Is(OnnxNode node, OnnxGraph graph) => node.Is("Slice") && Match(node, graph) is not null;

    public static bool Apply(NodeParts parts)
    {
        if (Match(parts.Node, parts.Graph) is not { } found || parts.Rank(found.Scores) is not (> 0 and var rank)
            || parts.FixedSize(found.Sink, rank - 1) is not 1 || !IsLast(found.Concat.Int("axis"), rank)
            || !IsLast(found.Softmax.Int("axis", -1), rank) || !IsLast(parts.Constant(3)!.ToInts()[0], rank))
        {
            return false;
        }

        var sink = Single(parts, found.Sink, rank);
        var last = parts.Ints(-1);
        var largest = parts.Add("Max", [parts.Add("ReduceMax", [found.Scores, last]), sink]);
        var terms = parts.Add("Exp", [parts.Add("Sub", [found.Scores, largest])]);
        var sum = parts.Add("Add",
            [parts.Add("ReduceSum", [terms, last]), parts.Add("Exp", [parts.Add("Sub", [sink, largest])])]);
        parts.Output(0, parts.Add("Div", [terms, sum]));
        return true;
    }

    private static bool IsLast(long axis, int rank) => axis == -1 || axis == rank - 1;

    /// <summary>The sink before it was repeated for every query.</summary>
    private static string Single(NodeParts parts, string sink, int rank)
    {
        var maker = parts.Graph.Nodes.Find(node => node.Outputs.Contains(sink));
        return maker?.Is("Expand") == true && parts.Rank(maker.Inputs[0]) <= rank ? maker.Inputs[0] : sink;
    }

    private static Found? Match(OnnxNode slice, OnnxGraph graph)
    {
        var isAllButLast = graph.Constant(slice.Input(1))?.ToInts() is [0] && graph.Constant(slice.Input(2))?.ToInts() is [-1]
            && graph.Constant(slice.Input(3))?.ToInts() is [_]
            && (slice.Input(4) is null || graph.Constant(slice.Input(4))?.ToInts() is [1]);
        return isAllButLast && Maker(graph, slice.Inputs[0], "Softmax") is { } softmax
            && Maker(graph, softmax.Inputs[0], "Concat") is { Inputs: [var scores, var sink] } concat
            ? new Found(softmax, concat, scores, sink) : null;
    }

    private static OnnxNode? Maker(OnnxGraph graph, string wire, string op) =>
        graph.Nodes.Find(node => node.Is(op) && node.Outputs[0] == wire);

    private sealed record Found(OnnxNode Softmax, OnnxNode Concat, string Scores, string Sink);
}
