namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Brings what a body computes from outer wires alone out of the loop.</summary>
internal sealed class OuterValues(LoopBodyEditor editor)
{
    private readonly Dictionary<string, string> _known = [];
    private readonly HashSet<string> _own = editor.Own();
    private readonly Dictionary<string, OnnxNode> _producers = editor.Body.Producers();

    /// <summary>The wire around the loop with the same value; null where it depends on the iteration.</summary>
    public string? Of(string wire)
    {
        if (wire.Length == 0 || !_own.Contains(wire))
            return wire;

        if (_known.TryGetValue(wire, out var known))
            return known;

        if (editor.Body.Initializers.TryGetValue(wire, out var constant))
            return _known[wire] = editor.Constant(constant);

        if (!_producers.TryGetValue(wire, out var node) || node.Outputs.Count != 1 || node.Subgraphs.Any())
            return null;

        var inputs = node.Inputs.Select(Of).ToArray();
        return inputs.Contains(null) ? null
            : _known[wire] = editor.Before(node.OpType, inputs!, [.. node.Attributes.Select(pair => (pair.Key, pair.Value))]);
    }
}
