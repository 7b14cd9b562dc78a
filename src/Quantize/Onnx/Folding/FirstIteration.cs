namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>Reads the conditions of a loop's body that tell its first iteration from the later ones.</summary>
/// <param name="emptyList">A carried list that begins empty and gets one element an iteration.</param>
internal sealed class FirstIteration(OnnxGraph body, string? emptyList)
{
    private readonly Dictionary<string, OnnxNode> _producers = body.Producers();
    private readonly IterationNumber _number = new(body);

    /// <summary>What the condition is in the first iteration and in no later one; null for any other condition.</summary>
    public bool? Of(string condition)
    {
        if (!_producers.TryGetValue(condition, out var node))
            return null;

        return node.OpType switch
        {
            "Identity" or "Cast" or "Squeeze" or "Reshape" or "Unsqueeze" => Of(node.Inputs[0]),
            "Not" => !Of(node.Inputs[0]),
            "Equal" => Compared(node, 0, true) ?? Swapped(node, 0, true),
            "Greater" => Compared(node, 0, false) ?? Swapped(node, 1, true),
            "GreaterOrEqual" => Compared(node, 1, false) ?? Swapped(node, 0, true),
            "Less" => Compared(node, 1, true) ?? Swapped(node, 0, false),
            "LessOrEqual" => Compared(node, 0, true) ?? Swapped(node, 1, false),
            _ => null,
        };
    }

    /// <summary>The iteration's number beside a constant.</summary>
    private bool? Compared(OnnxNode node, long constant, bool first) => Of(node.Inputs[0], node.Inputs[1], constant, first);

    private bool? Swapped(OnnxNode node, long constant, bool first) => Of(node.Inputs[1], node.Inputs[0], constant, first);

    private bool? Of(string number, string limit, long constant, bool first) =>
        Excess(number) is long excess && IterationNumber.Whole(body.Constant(limit)) == constant + excess ? first : null;

    private long? Excess(string wire) => _producers.TryGetValue(wire, out var node) && node.Is("SequenceLength")
        && node.Inputs[0] == emptyList ? 0 : _number.Excess(wire);
}
