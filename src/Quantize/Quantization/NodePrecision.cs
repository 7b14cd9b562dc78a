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
        {
            return node.Int(ActivationBits) == 16 ? NodePrecision.Int8Wide : NodePrecision.Int8;
        }

        return WeightSlot.Of(node).Count > 0 || node.Op == "Attention" ? NodePrecision.F32 : null;
    }

    /// <summary>The node with the next precision up; null where it is float already or has no choice.</summary>
    /// <param name="node">As it stands.</param>
    /// <param name="f32">The same node of the float graph.</param>
    public static StepNode? Raised(StepNode node, StepNode f32)
    {
        if (Of(node) is not NodePrecision precision || precision == NodePrecision.F32)
        {
            return null;
        }

        if (precision == NodePrecision.Int8Wide || WeightSlot.Of(node).Count == 0)
        {
            return f32;
        }

        var attributes = new Dictionary<string, object>(node.Attributes) { [ActivationBits] = 16 };
        foreach (var slot in WeightSlot.Of(node))
        {
            attributes.Remove(slot.ActivationScale);
        }

        return new StepNode(node.Op, node.Name, node.Clock, node.Inputs, node.Outputs, attributes) { InputScale = node.InputScale };
    }
}
