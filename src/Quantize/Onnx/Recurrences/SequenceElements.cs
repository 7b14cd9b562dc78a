namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>One element of a tensor along an axis, without that axis.</summary>
/// <param name="Index">From the front; from the end where it is below 0.</param>
internal readonly record struct SequenceElement(string Sequence, int Axis, long Index);

/// <summary>Finds the wires that are single elements of tensors, in the spellings of exporters.</summary>
internal sealed class SequenceElements(OnnxGraph graph, IReadOnlyDictionary<string, OnnxNode> producers, Func<string, int?> rankOf)
{
    public SequenceElement? Of(string wire)
    {
        if (!producers.TryGetValue(wire, out var node))
            return null;

        if (node.Is("Gather") && graph.Constant(node.Inputs[1]) is { Rank: 0 } index)
            return Element(node.Inputs[0], node.Int("axis", 0), index.ToInts()[0]);

        return node.Is("Squeeze") && producers.TryGetValue(node.Inputs[0], out var part)
            && graph.Constant(node.Input(1))?.ToInts() is [var axis]
            ? Part(part, node.Inputs[0], axis) : null;
    }

    /// <summary>A part of one element.</summary>
    private SequenceElement? Part(OnnxNode node, string wire, long axis)
    {
        if (node.Is("Split"))
        {
            var isSingle = node.Input(1) is not { } sizes || graph.Constant(sizes)?.ToInts().All(size => size == 1) == true;
            return isSingle && node.Int("axis", 0) == axis ? Element(node.Inputs[0], axis, node.Outputs.IndexOf(wire)) : null;
        }

        if (node.Is("Slice") && graph.Constant(node.Inputs[1])?.ToInts() is [var start]
            && graph.Constant(node.Inputs[2])?.ToInts() is [var end]
            && graph.Constant(node.Input(3))?.ToInts() is [var sliced] && sliced == axis
            && (node.Input(4) is not { } steps || graph.Constant(steps)?.ToInts() is [1])
            && (end == start + 1 || (start == -1 && end > int.MaxValue / 2)))
        {
            return Element(node.Inputs[0], axis, start);
        }

        return null;
    }

    private SequenceElement? Element(string sequence, long axis, long index) =>
        axis >= 0 ? new SequenceElement(sequence, (int)axis, index)
        : rankOf(sequence) is int rank ? new SequenceElement(sequence, (int)axis + rank, index) : null;
}
