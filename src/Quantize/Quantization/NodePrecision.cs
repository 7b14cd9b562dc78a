using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Quantization;

/// <summary>The precisions that a node with weights, a table or attention rings can have, cheapest first.</summary>
internal enum NodePrecision
{
    Int8,

    /// <summary>int8 weights; activations quantised twice, see the runtime's activationBits.</summary>
    Int8Wide,

    F32,
}

internal static class NodePrecisions
{
    private const string ActivationBits = "activationBits";

    /// <summary>Null for a node that has no choice.</summary>
    public static NodePrecision? Of(StepNode node)
    {
        if (node.Inputs.Any(value => value?.Type == ElementType.I8))
            return node.Int(ActivationBits) == 16 ? NodePrecision.Int8Wide : NodePrecision.Int8;

        return CanBeInt8(node) ? NodePrecision.F32 : null;
    }

    /// <summary>The node has weights, a table or attention rings; in a float graph.</summary>
    public static bool CanBeInt8(StepNode node) => WeightSlot.Of(node).Count > 0 || node.Op == "Attention" || IsTable(node);

    /// <summary>An embedding: rows of a float table, each looked up whole.</summary>
    public static bool IsTable(StepNode node) =>
        node.Op == "Gather" && node.Inputs[0] is { Place: ValuePlace.Constant, Type: ElementType.F32 } && node.Int("outer", 1) == 1;

    /// <summary>An int8 node with 16-bit activations.</summary>
    public static StepNode Widened(StepNode node)
    {
        var attributes = new Dictionary<string, object>(node.Attributes) { [ActivationBits] = 16 };
        foreach (var slot in WeightSlot.Of(node))
            attributes.Remove(slot.ActivationScale);

        return new StepNode(node.Op, node.Name, node.Clock, node.Inputs, node.Outputs, attributes) { InputScale = node.InputScale };
    }
}
