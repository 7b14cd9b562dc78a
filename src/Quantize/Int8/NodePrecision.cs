using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

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
            return node.Attributes.GetValueOrDefault(ActivationBits) is 16 ? NodePrecision.Int8Wide : NodePrecision.Int8;

        return CanBeInt8(node) ? NodePrecision.F32 : null;
    }

    /// <summary>The node has weights, a table or attention rings; in a float graph.</summary>
    public static bool CanBeInt8(StepNode node) => node.Definition.Matrices.Count > 0 || HasRings(node) || IsTable(node);

    /// <summary>States that can be int8.</summary>
    public static bool HasRings(StepNode node) =>
        node.Definition.Inputs.Any(input => input is { Role: OperandRole.State, Scale: not null });

    /// <summary>An embedding: rows of a float table, each looked up whole.</summary>
    public static bool IsTable(StepNode node) =>
        node.Definition.Inputs.Any(input => input is { Role: OperandRole.Table, Scale: not null })
        && node.InRole(OperandRole.Table).Single() is { Place: ValuePlace.Constant, Type: ElementType.F32 }
        && node.Int("outer") == 1;

    /// <summary>A depthwise convolution: to find a scale for each channel's window takes longer than its few products. Not one whose model
    /// stores integers.</summary>
    public static bool IsFasterInFloat(StepNode node) => node.InputScale is null && WeightSlot.Of(node) is [var slot]
        && node.Inputs[slot.Weights] is { Type: ElementType.F32, Layout.OneMatrix: true } weights && StoredIntegers.Of(weights) is null;

    /// <summary>An int8 node with 16-bit activations.</summary>
    public static StepNode Widened(StepNode node)
    {
        var attributes = new Dictionary<string, object>(node.Attributes) { [ActivationBits] = 16 };
        StepValue?[] inputs = [.. node.Inputs];
        foreach (var slot in WeightSlot.Of(node))
        {
            attributes.Remove(slot.ActivationScale);
            if (slot.Shift is int shift)
                inputs[shift] = null;
        }

        return new StepNode(node.Op, node.Name, node.Clock, inputs, node.Outputs, attributes) { InputScale = node.InputScale };
    }
}
