namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// Loops in one form, and those of a known cell as RNN, GRU and LSTM nodes, so that everything after is shared; copies that an exporter
/// wrote out, as what they were; sums in closed form, as the loops that they stand for.
/// </summary>
internal static class Recurrence
{
    private static readonly Func<OnnxGraph, bool>[] OfLoops =
        [LoopNormalForm.Apply, FilledTensors.Apply, CellFusion.Apply, LoopLifting.Apply];

    private static readonly Func<OnnxGraph, bool>[] Others =
        [FadingProducts.Apply, UnrolledCells.Apply, UnrolledOps.Apply, UnrolledLoops.Apply, InputProjection.Apply];

    /// <summary>Changes the graph in place; what changed must be folded before the next call, which may find more.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        var rewritings = graph.Nodes.Exists(node => node.Is("Loop")) ? OfLoops.Concat(Others) : Others;
        return rewritings.Any(rewriting => Apply(graph, rewriting));
    }

    /// <summary>A rewriting that does not hold on trial is not kept.</summary>
    private static bool Apply(OnnxGraph graph, Func<OnnxGraph, bool> rewriting)
    {
        var trial = graph.Clone();
        if (!rewriting(trial) || !RewriteCheck.IsSame(graph, trial))
            return false;

        graph.Nodes.Clear();
        graph.Nodes.AddRange(trial.Nodes.Select(node => node.Clone(graph)));
        graph.Initializers.Clear();
        foreach (var (wire, tensor) in trial.Initializers)
            graph.Initializers[wire] = tensor;

        return true;
    }
}
