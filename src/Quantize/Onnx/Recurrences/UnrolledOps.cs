namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// The same ops once for each element of a sequence, joined again along time (TimeDistributed with a fixed time), run on the whole
/// sequence.
/// </summary>
internal sealed class UnrolledOps
{
    private const int FewestCopies = 3, DeepestCopy = 200;

    private static readonly HashSet<string> Elementwise =
    [
        "Identity", "Cast", "Abs", "Neg", "Exp", "Log", "Sqrt", "Reciprocal", "Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Elu",
        "Selu", "LeakyRelu", "HardSigmoid", "HardSwish", "Gelu", "Erf", "Clip", "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Where",
        "Greater", "Less", "Not", "And", "Or",
    ];

    private readonly UnrolledScope _scope;
    private readonly string _name;

    private UnrolledOps(UnrolledScope scope, string name)
    {
        _scope = scope;
        _name = name;
    }

    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        var joins = graph.Nodes.Where(node => node.Is("Concat") && node.Inputs.Count >= FewestCopies).ToList();
        if (joins.Count == 0)
            return false;

        var scope = new UnrolledScope(graph);
        var changed = false;
        foreach (var join in joins)
        {
            var mark = scope.Added.Count;
            if (new UnrolledOps(scope, join.Name).Joined(join) is { } whole)
            {
                scope.Replace(join.Outputs[0], whole);
                changed = true;
            }
            else
            {
                scope.Added.RemoveRange(mark, scope.Added.Count - mark);
            }
        }

        if (changed)
            scope.Finish();

        return changed;
    }

    /// <summary>Elements with an axis of their own, put one behind the other along it.</summary>
    private string? Joined(OnnxNode join)
    {
        string[] parts = [.. join.Inputs];
        if (parts.Select(part => _scope.Producers.GetValueOrDefault(part)).ToArray() is not [{ } first, ..] nodes
            || nodes.Any(node => node?.Is("Unsqueeze") != true) || _scope.RankOf(parts[0]) is not int rank)
        {
            return null;
        }

        var axis = (int)join.Int("axis");
        axis = axis < 0 ? axis + rank : axis;
        if (_scope.Graph.Constant(first.Input(1))?.ToInts() is not [var added] || (added < 0 ? added + rank : added) != axis
            || Rolled([.. nodes.Select(node => node!.Inputs[0])], 0) is not { IsSequence: true } whole)
        {
            return null;
        }

        // [elements, others] with the elements moved to where they are joined.
        long[] order = [.. Enumerable.Range(1, axis).Select(i => (long)i), 0,
            .. Enumerable.Range(axis + 1, rank - axis - 1).Select(i => (long)i)];
        return axis == 0 ? whole.Wire : _scope.Add(_name, "Transpose", [whole.Wire], ("perm", order));
    }

    /// <summary>Wires that are the same op on elements that follow each other, as one wire with the elements in front.</summary>
    private (string Wire, bool IsSequence)? Rolled(string[] wires, int depth)
    {
        if (wires.All(wire => wire == wires[0]))
            return (wires[0], false);

        if (depth > DeepestCopy)
            return null;

        if (wires.Select(_scope.Elements.Of).ToArray() is var elements && elements[0] is { } first)
        {
            var size = _scope.SizeOf(first.Sequence, first.Axis);
            return size == wires.Length && elements.Select((element, t) => element is { } each && each.Sequence == first.Sequence
                && each.Axis == first.Axis && (each.Index + size) % size == t).All(fits => fits)
                ? (_scope.InFront(_name, first.Sequence, first.Axis), true) : null;
        }

        if (wires.All(wire => _scope.Graph.Constant(wire) is { } constant && constant.SameAs(_scope.Graph.Constant(wires[0])!)))
            return (wires[0], false);

        var nodes = wires.Select(wire => _scope.Producers.GetValueOrDefault(wire)).ToArray();
        if (nodes[0] is not { Outputs.Count: 1 } node || _scope.RankOf(wires[0]) is not int rank
            || nodes.Any(each => each is null || !NodeCopies.IsCopy(node, each)))
        {
            return null;
        }

        var inputs = new (string Wire, bool IsSequence)[node.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (node.Inputs[i].Length > 0 && Rolled([.. nodes.Select(each => each!.Inputs[i])], depth + 1) is { } input)
                inputs[i] = input;
            else if (node.Inputs[i].Length > 0)
                return null;
            else
                inputs[i] = ("", false);
        }

        return Op(node, inputs, rank) is { } rolled ? (rolled, true) : null;
    }

    /// <summary>The op on all elements; null where it has no such form.</summary>
    private string? Op(OnnxNode node, (string Wire, bool IsSequence)[] inputs, int rank)
    {
        string[] wires = [.. inputs.Select(input => input.Wire)];
        var parameters = inputs.Skip(1).All(input => !input.IsSequence);
        if (Elementwise.Contains(node.OpType))
            return inputs.All(input => !input.IsSequence || HasRank(node, inputs, rank)) ? Same(node, wires) : null;

        return node.OpType switch
        {
            "MatMul" when inputs[0].IsSequence && parameters && _scope.RankOf(wires[1]) == 2 => Same(node, wires),
            "Gemm" when parameters => Gemm(node, wires),
            "Softmax" or "LogSoftmax" when node.Int("axis", -1) == -1 || node.Int("axis") == rank - 1 =>
                _scope.Add(_name, node.OpType, wires, ("axis", -1L)),
            "LayerNormalization" when parameters && node.Int("axis", -1) == -1 => Same(node, wires),
            _ => null,
        };
    }

    /// <summary>Sequences of an op have all the rank of its result, or broadcasting would mix elements.</summary>
    private bool HasRank(OnnxNode node, (string Wire, bool IsSequence)[] inputs, int rank) =>
        inputs.Select((input, i) => !input.IsSequence || _scope.RankOf(node.Inputs[i]) == rank).All(fits => fits);

    private string Same(OnnxNode node, string[] wires) =>
        _scope.Add(_name, node.OpType, wires, [.. node.Attributes.Select(pair => (pair.Key, pair.Value))]);

    private string? Gemm(OnnxNode node, string[] wires)
    {
        if (node.Int("transA", 0) != 0 || node.Float("alpha", 1) != 1 || (wires.Length > 2 && node.Float("beta", 1) != 1))
            return null;

        var weights = node.Int("transB", 0) == 0 ? wires[1] : _scope.Add(_name, "Transpose", [wires[1]], ("perm", (long[])[1, 0]));
        var product = _scope.Add(_name, "MatMul", [wires[0], weights]);
        return wires.Length > 2 && wires[2].Length > 0 ? _scope.Add(_name, "Add", [product, wires[2]]) : product;
    }
}
