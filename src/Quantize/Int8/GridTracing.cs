using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

/// <summary>Follows values back to where the model rounded them, through ops that only move or keep elements.</summary>
internal sealed class GridTracing(StepGraph graph)
{
    private readonly ILookup<StepValue, StepNode> _writers = graph.Nodes
        .SelectMany(node => node.Outputs.OfType<StepValue>().Select(value => (value.Root, node)))
        .ToLookup(pair => pair.Root, pair => pair.node);

    /// <returns>The levels of every element; null where they are not known to be the same.</returns>
    public ActivationGrid? Of(StepValue value)
    {
        var root = value.Root;
        if (root.Grid is not null || root.Place != ValuePlace.Arena)
            return root.Grid;

        var grids = _writers[root].Select(Moved).Distinct().ToArray();
        return grids.Length == 1 ? grids[0] : null;
    }

    /// <summary>What has not come yet is zero in a window or a delay line, and zero is one of the levels.</summary>
    private ActivationGrid? Moved(StepNode node) =>
        node.Definition.Is(OpTraits.MovesElements) && node.Inputs[0] is { } x
        && node.InRole(OperandRole.State).All(state => state.Data is null)
            ? Of(x)
            : null;
}
