namespace EdgeSeq.Quantize.Onnx.Opsets;

/// <summary>
/// Which wires of a graph surely have no dimensions, read off its nodes: ONNX Runtime, which infers all shapes, refuses the graphs that
/// this is asked of.
/// </summary>
internal sealed class ScalarWires(OnnxGraph graph)
{
    private readonly Dictionary<string, OnnxNode> _producers = graph.Nodes
        .SelectMany(node => node.Outputs.Where(wire => wire.Length > 0).Select(wire => (wire, node)))
        .DistinctBy(pair => pair.wire).ToDictionary(pair => pair.wire, pair => pair.node);

    private readonly Dictionary<string, bool> _known = [];

    public bool Contains(string? wire)
    {
        if (wire is null)
            return false;
        if (!_known.TryGetValue(wire, out var scalar))
        {
            // False while it is being asked for: a wire that depends on itself is none.
            _known[wire] = false;
            _known[wire] = scalar = Find(wire);
        }

        return scalar;
    }

    private bool Find(string wire)
    {
        if (graph.Constant(wire) is { } constant)
            return constant.Rank == 0;
        if (graph.Inputs.FirstOrDefault(input => input.Name == wire) is { } input)
            return input.Dims is { Count: 0 };
        return _producers.TryGetValue(wire, out var producer) && producer.Domain.Length == 0 && GivesScalar(producer);
    }

    private bool GivesScalar(OnnxNode node) => node.OpType switch
    {
        "Size" => true,
        "Gather" => IsShape(node.Input(0)) && Contains(node.Input(1)),
        "Squeeze" => IsShape(node.Input(0)) || Contains(node.Input(0)) || IsOneElement(node.Input(0)),
        "ReduceProd" or "ReduceSum" or "ReduceMax" or "ReduceMin" => node.Int("keepdims", 1) == 0 && IsShape(node.Input(0)),
        "Cast" or "Identity" or "Neg" or "Abs" or "Floor" or "Ceil" or "Round" => Contains(node.Input(0)),
        "Add" or "Sub" or "Mul" or "Div" or "Mod" or "Min" or "Max" or "Where" or "Equal" or "Less" or "Greater" =>
            node.Inputs.Count > 0 && node.Inputs.All(Contains),
        _ => false,
    };

    /// <summary>Shape, or a cast or part of it: one dimension.</summary>
    private bool IsShape(string? wire) => wire is not null && _producers.TryGetValue(wire, out var producer) && producer.OpType switch
    {
        "Shape" => true,
        "Cast" or "Identity" or "Slice" => IsShape(producer.Input(0)),
        _ => false,
    };

    /// <summary>A vector of one element.</summary>
    private bool IsOneElement(string? wire) =>
        wire is not null && _producers.TryGetValue(wire, out var producer) && producer.OpType == "Unsqueeze" && Contains(producer.Input(0));
}
