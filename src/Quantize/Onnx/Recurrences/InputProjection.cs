namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// A recurrent node whose input another product has already projected, so that its own input weights only pick values, takes that
/// product's weights in their place: one matrix instead of two.
/// </summary>
internal static class InputProjection
{
    private const int X = 0, W = 1, B = 3;

    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        var changed = false;
        var producers = graph.Producers();
        foreach (var node in graph.Nodes.Where(node => node.Domain.Length == 0 && node.OpType is "LSTM" or "GRU" or "RNN"))
            changed |= Apply(graph, producers, node);

        if (changed)
            Folding.GraphCleanup.RemoveUnused(graph);

        return changed;
    }

    private static bool Apply(OnnxGraph graph, Dictionary<string, OnnxNode> producers, OnnxNode node)
    {
        if (graph.Constant(node.Input(W)) is not { Rank: 3, StoredScales: null } w || w.Dims[0] != 1 || !w.ElementType.IsFloat()
            || (node.Input(B) is { } given && graph.Constant(given) is null) || node.String("direction", "forward") != "forward"
            || Picked(w.ToFloats(), (int)w.Dims[2]) is not { } picked
            || Projection(graph, producers, node.Inputs[X]) is not var (x, weights, bias)
            || weights.Columns != w.Dims[2])
        {
            return false;
        }

        var rows = picked.Length;
        var values = new float[rows * weights.Rows];
        var biases = graph.Constant(node.Input(B))?.ToFloats() ?? new float[2 * rows];
        for (var row = 0; row < rows; row++)
        {
            biases[row] += bias.Length > 0 ? bias[picked[row]] : 0;
            for (var column = 0; column < weights.Rows; column++)
                values[row * weights.Rows + column] = weights[column, picked[row]];
        }

        var names = NameScope.OfWires(graph);
        node.Inputs[X] = x;
        node.Inputs[W] = Constant(OnnxTensor.FromFloats(values, 1, rows, weights.Rows), "W");
        while (node.Inputs.Count <= B)
            node.Inputs.Add("");

        node.Inputs[B] = Constant(OnnxTensor.FromFloats(biases, 1, biases.Length), "B");
        return true;

        string Constant(OnnxTensor tensor, string what)
        {
            var wire = names.Unique($"{node.Name}/{what}");
            graph.Initializers[wire] = tensor;
            return wire;
        }
    }

    /// <summary>The column that each row picks; null where a row is more than one 1.</summary>
    private static int[]? Picked(float[] weights, int columns)
    {
        var picked = new int[weights.Length / columns];
        for (var row = 0; row < picked.Length; row++)
        {
            var values = weights.AsSpan(row * columns, columns);
            picked[row] = values.IndexOf(1f);
            if (picked[row] < 0 || values.ContainsAnyExcept(0f, 1f) || values.Count(1f) != 1)
                return null;
        }

        return picked;
    }

    /// <summary>x W + b with constant W [input, columns] and b.</summary>
    private static (string X, Matrix Weights, float[] Bias)? Projection(
        OnnxGraph graph, Dictionary<string, OnnxNode> producers, string wire)
    {
        if (!producers.TryGetValue(wire, out var node))
            return null;

        if (node.Is("Add"))
        {
            foreach (var (product, constant) in new[] { (node.Inputs[0], node.Inputs[1]), (node.Inputs[1], node.Inputs[0]) })
            {
                if (graph.Constant(constant) is { Rank: 1 } bias && Projection(graph, producers, product) is var (x, w, own)
                    && bias.Count == w.Columns)
                {
                    return (x, w, own.Length == 0 ? bias.ToFloats() : [.. own.Zip(bias.ToFloats(), (a, b) => a + b)]);
                }
            }
        }

        return node.Is("MatMul") && Matrix.Of(graph.Constant(node.Inputs[1])) is { } weights ? (node.Inputs[0], weights, []) : null;
    }
}
