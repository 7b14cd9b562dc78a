namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>The number of iterations as one wire.</summary>
internal static class TripCount
{
    private static readonly HashSet<string> Passing = ["Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape"];

    /// <summary>The least of all bounds, as int64; of those on the same limit only the lowest.</summary>
    /// <param name="start">What else must hold before the first iteration; null where it always runs.</param>
    public static string Of(LoopBodyEditor editor, IReadOnlyList<LoopBound> bounds, string? start)
    {
        var producers = editor.OuterProducers();
        var counts = bounds.GroupBy(bound => Root(editor.Graph, producers, bound.Limit))
            .Select(same => Count(editor, same.MaxBy(bound => bound.Less))).ToList();
        var least = counts.Count == 1 ? counts[0] : editor.Before("Min", [.. counts]);
        return start is null ? least
            : editor.Before("Mul", [least, editor.Before("Cast", [start], ("to", (long)OnnxElementType.Int64))]);
    }

    /// <summary>What a wire of one element is but for casts and dimensions of 1: a wire, or the text of a constant.</summary>
    public static string Root(OnnxGraph graph, Dictionary<string, OnnxNode> producers, string wire)
    {
        while (producers.TryGetValue(wire, out var node) && Passing.Contains(node.OpType) && node.Domain.Length == 0)
            wire = node.Inputs[0];

        if (IterationNumber.Whole(graph.Constant(wire)) is long constant)
            return $"={constant}";

        if (!producers.TryGetValue(wire, out var element) || LengthOf(graph, element) is not { } length)
            return wire;

        // Shapes of one tensor are often taken in several places.
        var shape = length.Shape;
        while (producers.TryGetValue(shape, out var node) && (node.Is("Cast") || node.Is("Identity")))
            shape = node.Inputs[0];

        return producers.TryGetValue(shape, out var taken) && taken.Is("Shape")
            ? $"{taken.Inputs[0]}[{length.Axis + taken.Int("start", 0)}]" : wire;
    }

    /// <summary>One element of a vector: which vector, which element.</summary>
    private static (string Shape, long Axis)? LengthOf(OnnxGraph graph, OnnxNode node)
    {
        if (node.Is("Gather") && IterationNumber.Whole(graph.Constant(node.Inputs[1])) is long index and >= 0)
            return (node.Inputs[0], index);

        if (node.Is("Slice") && IterationNumber.Whole(graph.Constant(node.Inputs[1])) is long start and >= 0
            && IterationNumber.Whole(graph.Constant(node.Inputs[2])) == start + 1)
        {
            return (node.Inputs[0], start);
        }

        // Shape with start and end gives the element by itself.
        return node.Is("Shape") && node.Int("start", 0) is >= 0 and var first && node.Int("end", -1) == first + 1
            ? (node.Outputs[0], 0) : null;
    }

    private static string Count(LoopBodyEditor editor, LoopBound bound)
    {
        var scalar = editor.Before("Reshape",
            [editor.Before("Cast", [bound.Limit], ("to", (long)OnnxElementType.Int64)), editor.Constant(OnnxTensor.FromInts([], 0))]);
        return bound.Less == 0 ? scalar : editor.Before("Sub", [scalar, editor.Constant(OnnxTensor.Scalar(bound.Less))]);
    }
}
