using EdgeSeq.Quantize.Ops;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Quantization;

/// <summary>
/// Turns a float step graph into an int8 one of the same nodes: weights per row, embeddings per row of the table, keys and values per
/// token and head. Biases, gates, cell states and everything without weights stay float.
/// </summary>
internal static class Quantizer
{
    /// <summary>Quantises with the weights alone; every activation finds its scale at each step.</summary>
    /// <param name="graph">Stays as it is.</param>
    /// <exception cref="EdgeSeqException">ES0704: an option names a node that the graph does not have.</exception>
    public static StepGraph Quantize(StepGraph graph, QuantizerOptions options)
    {
        RequireNodes(graph, options.FloatNodes);
        var result = graph.Copy();
        foreach (var node in result.Nodes.Where(node => !options.FloatNodes.Contains(node.Name)))
        {
            QuantizeNode(result, node);
        }

        return result;
    }

    private static void RequireNodes(StepGraph graph, IEnumerable<string> names)
    {
        var known = graph.Nodes.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        if (names.FirstOrDefault(name => !known.Contains(name)) is string missing)
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--float-node: there is no node '{missing}'", "edgeseq inspect PROGRAM lists the nodes");
        }
    }

    private static void QuantizeNode(StepGraph graph, StepNode node)
    {
        foreach (var slot in WeightSlot.Of(node))
        {
            QuantizeWeights(graph, node, slot);
        }

        switch (node.Op)
        {
            case "Gather":
                QuantizeTable(graph, node);
                break;
            case "Attention":
                QuantizeRings(graph, node);
                break;
        }
    }

    private static void QuantizeWeights(StepGraph graph, StepNode node, WeightSlot slot)
    {
        var weights = node.Inputs[slot.Weights]!;
        var layout = weights.Layout!;
        var (codes, scales) = RowQuantizer.Quantize(weights.Floats, layout.Groups * layout.Rows, layout.Columns);
        node.Inputs[slot.Weights] = graph.Constant($"{weights.Name}.int8", codes, weights.Shape, layout);
        node.Inputs[slot.Scale] = graph.Constant($"{weights.Name}.scale", scales, [scales.Length], layout.RowVector);
    }

    /// <summary>An embedding: a float table whose rows are looked up whole.</summary>
    private static void QuantizeTable(StepGraph graph, StepNode node)
    {
        if (node.Inputs[0] is not { Place: ValuePlace.Constant, Type: ElementType.F32 } table || node.Int("outer", 1) != 1)
        {
            return;
        }

        int rows = node.Int("rows"), inner = node.Int("inner");
        var (codes, scales) = RowQuantizer.Quantize(table.Floats, rows, inner);
        node.Inputs[0] = graph.Constant($"{table.Name}.int8", codes, [rows, inner]);
        node.Inputs[2] = graph.Constant($"{table.Name}.scale", scales, [rows]);
    }

    private static void QuantizeRings(StepGraph graph, StepNode node)
    {
        const int KeyRing = 3, ValueRing = 4, KeyScale = 5, ValueScale = 6;
        int kvHeads = node.Int("kvHeads"), window = node.Int("window");
        string keys = node.Inputs[KeyRing]!.Name, values = node.Inputs[ValueRing]!.Name;
        node.Inputs[KeyRing] = graph.State($"{keys}.int8", ElementType.I8, [AttentionRings.KeyBytes(kvHeads, window, node.Int("keySize"))]);
        node.Inputs[ValueRing] = graph.State($"{values}.int8", ElementType.I8, [AttentionRings.ValueBytes(kvHeads, window, node.Int("valueSize"))]);
        node.Inputs[KeyScale] = graph.State($"{keys}.scale", ElementType.F32, [kvHeads, window]);
        node.Inputs[ValueScale] = graph.State($"{values}.scale", ElementType.F32, [kvHeads, window]);
    }
}
