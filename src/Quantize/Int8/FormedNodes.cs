using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

/// <summary>The nodes of a graph in every form that they can take, and the graphs that these make.</summary>
/// <param name="f32">The float graph.</param>
/// <param name="int8">The same nodes in int8; those that must stay float are float.</param>
/// <param name="moments">Of what each matrix multiplies, as far as recordings showed it, by the index of the node.</param>
internal sealed class FormedNodes(StepGraph f32, StepGraph int8, IReadOnlyDictionary<(int Node, WeightSlot Slot), SecondMoments> moments)
{
    /// <summary>What a second pass takes however small the matrix, in weights: quantising once more and adding, and for a recurrent layer a
    /// step that is no longer one loop.</summary>
    private const double SecondPass = 4096, SecondRecurrentPass = 4 * SecondPass;

    /// <summary>Multiplications of a layer below which finding the scale of what it multiplies takes what int8 saves.</summary>
    private const int FewProducts = 1024;

    private readonly StepGraph _values = int8.Copy();
    private readonly Dictionary<int, (StepNode Divide, StepNode Node)> _equalized = [];

    public int Count => f32.Nodes.Count;

    public StepNode this[int node] => f32.Nodes[node];

    /// <summary>The cheapest form of each node; null for nodes without a choice.</summary>
    public NodeForm?[] Cheapest() =>
        [.. int8.Nodes.Select(node => NodePrecisions.Of(node) is NodePrecision precision ? new NodeForm(precision) : (NodeForm?)null)];

    /// <summary>The forms that cost more than a form and may give more precision.</summary>
    public IEnumerable<NodeForm> Dearer(int node, NodeForm form)
    {
        if (form.Precision == NodePrecision.F32)
            yield break;

        if (form.Precision == NodePrecision.Int8 && WeightSlot.Of(f32.Nodes[node]).Count > 0)
        {
            if (!form.IsEqualized && CanEqualize(node))
                yield return form with { IsEqualized = true };

            yield return form with { Precision = NodePrecision.Int8Wide };
        }

        yield return new NodeForm(NodePrecision.F32);
    }

    /// <summary>Whether float takes a node no more time than int8: a small layer, but none whose model stores integers.</summary>
    public static bool IsFreeInFloat(StepNode f32) => f32 is { InputScale: null, Definition.Family: OpFamily.Matrix }
        && WeightSlot.Of(f32) is [var slot] && f32.Inputs[slot.Weights]! is { Type: ElementType.F32 } weights
        && (long)weights.Length * (f32.Inputs[0]!.Length / weights.Layout!.Columns) <= FewProducts && StoredIntegers.Of(weights) is null;

    /// <summary>Bytes of weights that a step reads beyond those of plain int8, and what else it does in as many.</summary>
    public double Price(int node, NodeForm form)
    {
        var weights = 1.0 + f32.Nodes[node].Inputs.Where(value => value is { Place: ValuePlace.Constant, Layout.IsVector: false })
            .Sum(value => (double)value!.Length);
        return (form.IsEqualized ? f32.Nodes[node].Inputs[0]!.Length : 0) + form.Precision switch
        {
            NodePrecision.F32 => 3 * weights,
            NodePrecision.Int8Wide => weights
                + (WeightSlot.Of(f32.Nodes[node]).Any(slot => slot.IsRecurrent) ? SecondRecurrentPass : SecondPass),
            _ => 0,
        };
    }

    /// <param name="forms">One for each node, as <see cref="Cheapest"/> has them.</param>
    public StepGraph Graph(IReadOnlyList<NodeForm?> forms)
    {
        // Equalised nodes bring values of their own, whose names must be known to the copy.
        var formed = Enumerable.Range(0, Count).Select(i => Nodes(i, forms[i])).ToArray();
        var graph = _values.Copy();
        graph.Nodes.Clear();
        graph.Nodes.AddRange(formed.SelectMany(nodes => nodes));
        return graph;
    }

    private StepNode[] Nodes(int index, NodeForm? form)
    {
        if (form is not NodeForm chosen || NodePrecisions.Of(int8.Nodes[index]) == NodePrecision.F32)
            return [int8.Nodes[index]];

        if (chosen.Precision == NodePrecision.F32)
            return [f32.Nodes[index]];

        var wide = chosen.Precision == NodePrecision.Int8Wide;
        if (!chosen.IsEqualized)
            return [wide ? NodePrecisions.Widened(int8.Nodes[index]) : int8.Nodes[index]];

        var (divide, node) = Equalized(index);
        return [divide, wide ? NodePrecisions.Widened(node) : node];
    }

    private bool CanEqualize(int node) =>
        Equalization.Applies(f32.Nodes[node])
        && moments.TryGetValue((node, WeightSlot.Of(f32.Nodes[node])[0]), out var seen)
        && !seen.IsEmpty;

    private (StepNode Divide, StepNode Node) Equalized(int index)
    {
        if (!_equalized.TryGetValue(index, out var made))
        {
            var node = f32.Nodes[index];
            var slots = WeightSlot.Of(node);
            var scales = Equalization.Scales(node, moments[(index, slots[0])]);
            made = Equalization.Apply(_values, node, scales);
            foreach (var slot in slots)
            {
                var seen = moments.GetValueOrDefault((index, slot));
                WeightQuantizer.Quantize(_values, made.Node, slot, slot == slots[0] ? seen?.DividedBy(Equalization.OfColumns(node, scales))
                    : seen);
            }

            _equalized[index] = made;
        }

        return made;
    }
}
