namespace EdgeSeq.Quantize.Onnx;

/// <summary>Which wires of a body are the number of the iteration plus a constant.</summary>
internal sealed class IterationNumber
{
    private static readonly HashSet<string> Passing = ["Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape"];

    private readonly OnnxGraph _body;
    private readonly Dictionary<string, OnnxNode> _producers;
    private readonly IReadOnlyDictionary<string, long> _counters;

    /// <param name="counters">Carried values that are the number plus what they started with.</param>
    public IterationNumber(OnnxGraph body, IReadOnlyDictionary<string, long>? counters = null)
    {
        _body = body;
        _producers = body.Producers();
        _counters = counters ?? new Dictionary<string, long>();
    }

    /// <summary>A single whole number; null for anything else.</summary>
    public static long? Whole(OnnxTensor? tensor) =>
        tensor is { Count: 1 } && tensor.ToDoubles()[0] is var value && Math.Floor(value) == value && Math.Abs(value) < 1L << 52
            ? (long)value : null;

    /// <summary>The constant by which a wire of one element exceeds the iteration's number; null where it is something else.</summary>
    public long? Excess(string wire)
    {
        if (wire == _body.Inputs[0].Name)
            return 0;

        if (_counters.TryGetValue(wire, out var first))
            return first;

        if (!_producers.TryGetValue(wire, out var node))
            return null;

        if (Passing.Contains(node.OpType) && node.Domain.Length == 0)
            return Excess(node.RequiredInput(0));

        if (node.Is("Add"))
            return Sum(node.Inputs[0], node.Inputs[1]) ?? Sum(node.Inputs[1], node.Inputs[0]);

        // A range of step 1.
        if (node.Is("Mul"))
            return Whole(node.Inputs[1]) == 1 ? Excess(node.Inputs[0]) : Whole(node.Inputs[0]) == 1 ? Excess(node.Inputs[1]) : null;

        if (node.Is("Where"))
            return Wrapped(node);

        return node.Is("Sub") && Excess(node.Inputs[0]) is long less && Whole(node.Inputs[1]) is long subtrahend ? less - subtrahend : null;
    }

    /// <summary>A number that is never negative, with what it would be in the place of a negative one.</summary>
    private long? Wrapped(OnnxNode where) =>
        _producers.TryGetValue(where.Inputs[0], out var comparison) && comparison.Is("Less") && Excess(comparison.Inputs[0]) is >= 0
        && Whole(comparison.Inputs[1]) is <= 0 ? Excess(where.Inputs[2]) : null;

    private long? Sum(string counter, string constant) =>
        Excess(counter) is long excess && Whole(constant) is long addend ? excess + addend : null;

    private long? Whole(string wire) => Whole(_body.Constant(wire));
}
