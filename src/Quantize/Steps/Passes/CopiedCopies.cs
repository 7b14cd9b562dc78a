namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>A copy of what another copy has cut out (Slice, then Concat) takes it from where that took it.</summary>
internal static class CopiedCopies
{
    public static void Apply(StepGraph graph)
    {
        var writers = graph.Nodes.SelectMany((node, at) => Written(node).Select(value => (value, at))).ToLookup(pair => pair.value,
            pair => pair.at);
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            if (graph.Nodes[i] is { Op: "Copy" } copy && writers[copy.Inputs[0]!.Root].ToArray() is [var at] && at < i
                && graph.Nodes[at] is { Op: "Copy" } first && first.Clock == copy.Clock && IsSame(first.Inputs[0]!.Root, at, i)
                && Of(first, copy) is { } direct)
            {
                graph.Nodes[i] = direct;
            }
        }

        DeadNodes.Remove(graph);

        bool IsSame(StepValue source, int from, int to) => writers[source].All(writer => writer < from || writer > to);
    }

    private static IEnumerable<StepValue> Written(StepNode node) =>
        node.Outputs.OfType<StepValue>().Concat(node.WrittenStates()).Select(value => value.Root).Distinct();

    /// <summary>The second copy from the first one's source; null where the second does not take all that the first gives, in its
    /// order.</summary>
    private static StepNode? Of(StepNode first, StepNode second)
    {
        int[] shape = Ints(first, "shape"), taken = Ints(second, "shape");
        if (Shapes.Count(shape) != first.Outputs[0]!.Length || Shapes.Count(taken) != Shapes.Count(shape)
            || first.Int("dstOffset") != 0 || second.Int("srcOffset") != 0
            || !IsOrder(shape, Ints(first, "dstStrides")) || !IsOrder(taken, Ints(second, "srcStrides")))
        {
            return null;
        }

        return Walk(shape, Ints(first, "srcStrides"), taken, Ints(second, "dstStrides")) is not { } axes ? null
            : new StepNode("Copy", second.Name, second.Clock, [first.Inputs[0]], [.. second.Outputs], new Dictionary<string, object>
            {
                ["shape"] = axes.Select(axis => axis.Size).ToArray(),
                ["srcOffset"] = first.Int("srcOffset"),
                ["srcStrides"] = axes.Select(axis => axis.From).ToArray(),
                ["dstOffset"] = second.Int("dstOffset"),
                ["dstStrides"] = axes.Select(axis => axis.To).ToArray(),
            });
    }

    private static bool IsOrder(int[] shape, int[] strides) =>
        Shapes.Strides(shape).Zip(strides, shape).All(axis => axis.Third == 1 || axis.First == axis.Second);

    /// <summary>Both walks over the same elements in the same order, with axes that fit either; null: there are none.</summary>
    private static List<(int Size, int From, int To)>? Walk(int[] shape, int[] from, int[] other, int[] to)
    {
        var axes = new List<(int Size, int From, int To)>();
        int a = shape.Length - 1, b = other.Length - 1, leftA = 1, leftB = 1, strideA = 0, strideB = 0;
        while (true)
        {
            for (; leftA == 1 && a >= 0; a--)
                (leftA, strideA) = (shape[a], from[a]);
            for (; leftB == 1 && b >= 0; b--)
                (leftB, strideB) = (other[b], to[b]);
            if (leftA == 1 || leftB == 1)
                break;

            var size = Math.Min(leftA, leftB);
            if (leftA % size != 0 || leftB % size != 0)
                return null;

            axes.Insert(0, (size, strideA, strideB));
            (leftA, strideA) = (leftA / size, strideA * size);
            (leftB, strideB) = (leftB / size, strideB * size);
        }

        return axes.Count > 0 ? axes : [(1, 1, 1)];
    }

    private static int[] Ints(StepNode node, string attribute) => (int[])node.Attribute(attribute);
}
