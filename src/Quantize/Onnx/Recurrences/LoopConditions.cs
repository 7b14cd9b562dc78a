namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// Reads what keeps a loop running: comparisons of the iteration's number with limits from around the loop, joined by And. TensorFlow
/// writes them through casts to float32, and twice.
/// </summary>
internal sealed class LoopConditions
{
    private readonly OnnxGraph _graph;
    private readonly Dictionary<string, OnnxNode> _producers;
    private readonly Func<string, long?> _excess;
    private readonly string? _carried;

    /// <param name="graph">The body, or the graph around the loop for the condition before the first iteration.</param>
    /// <param name="excess">The constant by which a wire exceeds the iteration's number.</param>
    /// <param name="carried">The condition as it came in, which says nothing new.</param>
    public LoopConditions(OnnxGraph graph, Func<string, long?> excess, string? carried)
    {
        _graph = graph;
        _producers = graph.Producers();
        _excess = excess;
        _carried = carried;
    }

    /// <summary>The bounds; null where the condition is of another form.</summary>
    public List<LoopBound>? Of(string wire)
    {
        if (wire == _carried || IterationNumber.Whole(_graph.Constant(wire)) is 1)
            return [];

        if (!_producers.TryGetValue(wire, out var node))
            return null;

        return node.OpType switch
        {
            "Identity" or "Cast" or "Squeeze" or "Reshape" or "Unsqueeze" => Of(node.Inputs[0]),
            "And" => Joined(Of(node.Inputs[0]), Of(node.Inputs[1])),
            "Less" => Compared(node.Inputs[0], node.Inputs[1], 0),
            "LessOrEqual" => Compared(node.Inputs[0], node.Inputs[1], -1),
            "Greater" => Compared(node.Inputs[1], node.Inputs[0], 0),
            "GreaterOrEqual" => Compared(node.Inputs[1], node.Inputs[0], -1),
            "Not" when _producers.TryGetValue(node.Inputs[0], out var opposite) => opposite.OpType switch
            {
                "GreaterOrEqual" => Compared(opposite.Inputs[0], opposite.Inputs[1], 0),
                "LessOrEqual" => Compared(opposite.Inputs[1], opposite.Inputs[0], 0),
                "Greater" => Compared(opposite.Inputs[0], opposite.Inputs[1], -1),
                "Less" => Compared(opposite.Inputs[1], opposite.Inputs[0], -1),

                // A number that counts up by one meets its limit.
                "Equal" => Compared(opposite.Inputs[0], opposite.Inputs[1], 0) ?? Compared(opposite.Inputs[1], opposite.Inputs[0], 0),
                _ => null,
            },
            _ => null,
        };
    }

    private static List<LoopBound>? Joined(List<LoopBound>? a, List<LoopBound>? b) => a is null || b is null ? null : [.. a, .. b];

    /// <summary>number + excess + slack &lt; limit, slack -1 for an inclusive limit.</summary>
    private List<LoopBound>? Compared(string number, string limit, long slack)
    {
        if (_excess(number) is long excess && _excess(limit) is null)
            return [new LoopBound(limit, excess + slack)];

        // What is left of the limit is more than a constant, or the number is less than one beyond it.
        if (Constant(number) is long least && Difference(limit) is { } left && _excess(left.Less) is long taken
            && _excess(left.From) is null)
        {
            return [new LoopBound(left.From, taken + least + slack)];
        }

        return Constant(limit) is long most && Difference(number) is { } over && _excess(over.From) is long passed
            && _excess(over.Less) is null ? [new LoopBound(over.Less, passed - most + slack)] : null;
    }

    private long? Constant(string wire) => IterationNumber.Whole(_graph.Constant(wire));

    private (string From, string Less)? Difference(string wire)
    {
        while (_producers.TryGetValue(wire, out var passing) && passing.OpType is ("Identity" or "Cast"))
            wire = passing.Inputs[0];

        return _producers.TryGetValue(wire, out var node) && node.Is("Sub") ? (node.Inputs[0], node.Inputs[1]) : null;
    }
}
