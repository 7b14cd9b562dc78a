namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>Puts the branch that is taken in place of every If whose condition is constant.</summary>
internal static class BranchInlining
{
    /// <param name="root">The model's graph, among whose wires the branch's must stay unique.</param>
    public static bool Apply(OnnxGraph graph, OnnxGraph root)
    {
        var decided = graph.Nodes.Where(node => node.Is("If") && graph.Constant(node.Input(0)) is { Count: 1 }).ToHashSet();
        if (decided.Count == 0)
            return false;
        var renaming = new WireRenaming(root);
        var nodes = graph.Nodes.ToList();
        graph.Nodes.Clear();
        foreach (var node in nodes)
        {
            if (decided.Contains(node))
                Inline(graph, node, renaming);
            else
                graph.Nodes.Add(node);
        }

        return true;
    }

    private static void Inline(OnnxGraph graph, OnnxNode node, WireRenaming renaming)
    {
        var taken = graph.Constant(node.Input(0))!.ToInts()[0] != 0;
        var branch = node.Graph(taken ? "then_branch" : "else_branch");
        var renamed = renaming.Unique(branch.Defined());
        foreach (var (wire, tensor) in branch.Initializers)
            graph.Initializers[renamed[wire]] = tensor;
        foreach (var inner in branch.Nodes)
        {
            var copy = inner.Clone(graph);
            WireRenaming.Rename(copy, renamed);
            graph.Nodes.Add(copy);
        }

        for (var i = 0; i < node.Outputs.Count && i < branch.Outputs.Count; i++)
        {
            if (node.Output(i) is not { } output)
                continue;
            var result = branch.Outputs[i].Name;
            graph.Nodes.Add(new OnnxNode($"{node.Name}/output_{i}", "Identity")
            {
                Inputs = [renamed.GetValueOrDefault(result, result)],
                Outputs = [output],
            });
        }
    }
}
