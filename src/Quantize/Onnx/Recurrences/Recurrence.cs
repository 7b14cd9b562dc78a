namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Loops in one form, and those of a known cell as RNN, GRU and LSTM nodes, so that everything after is shared.</summary>
internal static class Recurrence
{
    /// <summary>Changes the graph in place; what changed must be folded before the next call, which may find more.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph) =>
        graph.Nodes.Exists(node => node.Is("Loop"))
        && (LoopNormalForm.Apply(graph) || CellFusion.Apply(graph) || LoopLifting.Apply(graph));
}
