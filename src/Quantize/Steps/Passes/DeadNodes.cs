
namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>Takes out nodes whose results nobody reads. Writing the state that a living node reads counts as being read.</summary>
internal static class DeadNodes
{
    public static void Remove(StepGraph graph)
    {
        var needed = graph.Outputs.Select(output => output.Value.Root).ToHashSet();
        var alive = new HashSet<StepNode>();
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var node in graph.Nodes.AsEnumerable().Reverse()
                .Where(node => !alive.Contains(node) && Writes(node).Any(needed.Contains)))
            {
                alive.Add(node);
                needed.UnionWith(node.Inputs.OfType<StepValue>().Select(value => value.Root));
                changed = true;
            }
        }

        graph.Nodes.RemoveAll(node => !alive.Contains(node));
    }

    /// <summary>What a node changes that another may read: its outputs and the states that it writes.</summary>
    private static IEnumerable<StepValue> Writes(StepNode node) =>
        node.Outputs.OfType<StepValue>().Concat(node.WrittenStates()).Select(value => value.Root);
}
