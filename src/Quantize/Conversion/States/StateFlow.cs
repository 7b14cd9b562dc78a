using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Conversion.States;

/// <summary>
/// Follows one input of a graph through its nodes. What is looked for are the forms in which a next state is made from the last one: a
/// recurrent node's final state, a window that new data move on, a running average, a gated update.
/// </summary>
internal sealed class StateFlow
{
    private const int InitialH = 5;

    private static readonly HashSet<string> Moves =
    [
        "Cast", "Concat", "DequantizeLinear", "Dropout", "Expand", "Flatten", "Gather", "GatherND", "Identity", "Pad", "QuantizeLinear",
        "Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze",
    ];

    /// <summary>Ops of attention that take keys and values of earlier steps and give them back with this step's behind: input by
    /// output.</summary>
    private static readonly Dictionary<string, (int Input, int Output)[]> Caches = new()
    {
        ["Attention"] = [(4, 1), (5, 2)],
        ["com.microsoft.Attention"] = [(4, 1)],
        ["com.microsoft.GroupQueryAttention"] = [(3, 1), (4, 2)],
        ["com.microsoft.MultiHeadAttention"] = [(6, 1), (7, 2)],
    };

    private static readonly HashSet<string> Recurrent = ["DynamicQuantizeLSTM", "GRU", "LSTM", "RNN"];

    /// <summary>Functions whose results gates are made of.</summary>
    private static readonly HashSet<string> Gates = ["Clip", "Exp", "HardSigmoid", "Sigmoid"];

    private readonly OnnxGraph _graph;
    private readonly WireSources _sources;
    private readonly Dictionary<string, StateRelation> _relations;
    private readonly string _input;

    private StateFlow(OnnxGraph graph, WireSources sources, string input)
    {
        _graph = graph;
        _sources = sources;
        _input = input;
        _relations = new Dictionary<string, StateRelation> { [input] = StateRelation.Same };
        foreach (var node in graph.Nodes)
            Follow(node);
    }

    public StateRelation this[string wire] => _relations.GetValueOrDefault(wire, StateRelation.None);

    /// <param name="input">The input to follow.</param>
    public static StateFlow Of(OnnxGraph graph, WireSources sources, string input) => new(graph, sources, input);

    private void Follow(OnnxNode node)
    {
        if (OnnxGraph.ReadBy(node).All(wire => this[wire].Kind == RelationKind.None))
            return;

        for (var k = 0; k < node.Outputs.Count; k++)
        {
            if (node.Outputs[k].Length > 0)
                _relations[node.Outputs[k]] = Output(node, k);
        }
    }

    private StateRelation Output(OnnxNode node, int output)
    {
        var key = node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";
        if (Caches.TryGetValue(key, out var caches))
            return Cached(node, caches, output);

        if (Recurrent.Contains(node.OpType))
            return Final(node, output);

        if (node.OpType == "Shape")
            return StateRelation.None;

        return node.Domain.Length > 0 ? StateRelation.Depends : node.OpType switch
        {
            _ when Moves.Contains(node.OpType) => Moved(node),
            "Add" or "Sum" or "Sub" => Added(node),
            "Mul" => Multiplied(node),
            "Div" when Relation(node, 1).Kind == RelationKind.None =>
                Relation(node, 0) is { Kind: RelationKind.Moved or RelationKind.Affine } x
                ? Scaled(node, x, node.Inputs[1], inverse: true)
                : StateRelation.Depends,
            "Clip" => Relation(node, 0) is { Kind: RelationKind.Affine } bounded ? bounded : StateRelation.Depends,
            "Where" when IsPlace(node.Inputs[0]) =>
                Written(node, data: 1, into: 2) ?? Written(node, data: 2, into: 1) ?? Selected(node),
            "Where" => Selected(node),
            // At a place that is always the same nothing is gathered from step to step.
            "ScatterElements" or "ScatterND" when _sources.DependsOnData(node.Inputs[1]) =>
                Written(node, data: 2, into: 0) ?? StateRelation.Depends,
            "TensorScatter" => Written(node, data: 1, into: 0) ?? StateRelation.Depends,
            _ => StateRelation.Depends,
        };
    }

    private StateRelation Relation(OnnxNode node, int input) => node.Input(input) is string wire ? this[wire] : StateRelation.None;

    private StateRelation Cached(OnnxNode node, (int Input, int Output)[] caches, int output) =>
        caches.Any(cache => cache.Output == output && Relation(node, cache.Input).Kind == RelationKind.Moved)
            ? new StateRelation(RelationKind.Moved) { WithData = true, Node = node.Name }
            : StateRelation.Depends;

    /// <summary>The final states Y_h and Y_c come from the initial states of the same node; other ways through it say nothing.</summary>
    private StateRelation Final(OnnxNode node, int output)
    {
        var state = output - 1;
        return state >= 0 && Relation(node, InitialH + state).Kind == RelationKind.Moved
            ? new StateRelation(RelationKind.FinalState) { Finals = new HashSet<(string, int)> { (node.Name, state) } }
            : StateRelation.Depends;
    }

    private StateRelation Moved(OnnxNode node)
    {
        var data = node.OpType == "Concat" ? node.Inputs : node.Inputs.Take(1);
        var parts = data.Select(wire => this[wire]).ToArray();
        if (node.Inputs.Skip(parts.Length).Any(wire => wire.Length > 0 && this[wire].Kind != RelationKind.None)
            || parts.All(part => part.Kind == RelationKind.None))
        {
            return StateRelation.Depends;
        }

        var held = parts.Where(part => part.Kind != RelationKind.None).ToArray();
        if (node.OpType == "Concat" && held.Length > 1 && held.FirstOrDefault(part => part is { Kind: RelationKind.Affine, IsProof: true })
            is { } cell && held.All(part => part.Kind is RelationKind.Affine or RelationKind.Depends))
        {
            // The next h of a written-out cell, which follows from its next c, stands beside that.
            return cell with { Node = node.Name };
        }

        if (held.Any(part => part.Kind != held[0].Kind) || held[0].Kind == RelationKind.Depends)
            return StateRelation.Depends;

        var beside = data.Any(wire => this[wire].Kind == RelationKind.None && _sources.DependsOnData(wire));
        return held[0] with
        {
            WithData = held.Any(part => part.WithData) || (beside && held[0].Kind == RelationKind.Moved),
            Decays = held.All(part => part.Decays),
            Finals = held.SelectMany(part => part.Finals).ToHashSet(),
            Node = beside ? node.Name : held.Select(part => part.Node).FirstOrDefault(name => name is not null),
        };
    }

    private StateRelation Added(OnnxNode node)
    {
        var own = node.Inputs.Select(wire => this[wire]).Where(part => part.Kind is RelationKind.Moved or RelationKind.Affine).ToArray();
        if (own.Length == 0 || own.Any(part => part.Kind == RelationKind.Moved && part.WithData))
            return StateRelation.Depends;

        var others = node.Inputs.Where(wire => this[wire].Kind is not (RelationKind.Moved or RelationKind.Affine));
        return new StateRelation(RelationKind.Affine)
        {
            WithData = own.Any(part => part.WithData)
                || others.Any(wire => this[wire].Kind != RelationKind.None || _sources.DependsOnData(wire)),
            // s + b·(x − s): two ways that together make one factor.
            Decays = own.Length > 1 || own[0].Decays,
            Accumulates = own is [{ Kind: RelationKind.Moved }] && node.OpType != "Sub" && IsRunningSum(node),
            Node = node.Name,
        };
    }

    /// <summary>
    /// A sum beside which nothing reads the input, and which is an output and more than that: x + f(y) has that form too, so the input
    /// must have a matrix for each sequence, in a shape that no data have.
    /// </summary>
    private bool IsRunningSum(OnnxNode node)
    {
        var state = _graph.Inputs.First(input => input.Name == _input);
        var alone = node.Inputs.Exists(wire => _sources.Source(wire) == _input)
            && _graph.Nodes.Count(reader => reader.OpType != "Shape" && OnnxGraph.ReadBy(reader).Contains(_input)) == 1;
        return alone && state.Dims is { Count: > 2 } dims
            && _graph.Outputs.Exists(output => _sources.Source(output.Name) == node.Outputs[0])
            && _graph.Nodes.Exists(reader => reader.OpType != "Identity" && OnnxGraph.ReadBy(reader).Contains(node.Outputs[0]))
            && _graph.Inputs.TrueForAll(input => input.Name == _input || input.Dims is null
                || !_sources.Follows(node.Outputs[0], input.Name)
                || !input.Dims.Select(dim => dim.Size).SequenceEqual(dims.Select(dim => dim.Size)));
    }

    private StateRelation Multiplied(OnnxNode node)
    {
        for (var i = 0; i < 2; i++)
        {
            if (Relation(node, i) is { Kind: RelationKind.Moved or RelationKind.Affine } x
                && Relation(node, 1 - i).Kind is RelationKind.None or RelationKind.Depends)
            {
                return Scaled(node, x, node.Inputs[1 - i], inverse: false);
            }
        }

        return StateRelation.Depends;
    }

    /// <summary>A constant that keeps the input from growing, or a gate, before anything is added; or a gate afterwards, as in
    /// n + z·(h − n).</summary>
    private StateRelation Scaled(OnnxNode node, StateRelation x, string factor, bool inverse)
    {
        if (x is { Kind: RelationKind.Moved, WithData: true })
            return StateRelation.Depends;

        var gate = _sources.IsMadeBy(factor, Gates);
        var constant = _graph.Initializers.TryGetValue(factor, out var tensor) && tensor.ElementType.IsFloat()
            && tensor.ToFloats().All(value => inverse ? Math.Abs(value) > 1 : Math.Abs(value) < 1);
        return x with
        {
            Kind = RelationKind.Affine,
            Accumulates = false,
            Decays = x.Decays || gate || (constant && !x.WithData),
            Node = node.Name,
        };
    }

    /// <summary>Data written into the input at a place; the rest of it stays. Null where something else is written.</summary>
    private StateRelation? Written(OnnxNode node, int data, int into) =>
        Relation(node, into).Kind == RelationKind.Moved && Relation(node, data).Kind == RelationKind.None
            && _sources.DependsOnData(node.Inputs[data])
            ? new StateRelation(RelationKind.Moved) { WithData = true, Node = node.Name } : null;

    /// <summary>A condition that holds at a place which the graph computes or is given: numbers in a row, compared with it.</summary>
    private bool IsPlace(string condition) => _sources.Maker(condition) is { OpType: "Equal" } equal
        && equal.Inputs.Exists(wire => _sources.DependsOnData(wire))
        && equal.Inputs.Exists(wire => _graph.Initializers.TryGetValue(_sources.Source(wire), out var row) && row.ElementType.IsInteger()
            && row.Count > 1 && row.ToInts() is var places && places.Distinct().Count() == places.Length);

    /// <summary>Held or updated, as a condition says: the update decides. That a value replaces an input says nothing: both may be
    /// data.</summary>
    private StateRelation Selected(OnnxNode node)
    {
        StateRelation[] branches = [Relation(node, 1), Relation(node, 2)];
        return Array.Find(branches, branch => branch.Kind == RelationKind.FinalState)
            ?? Array.Find(branches, branch => branch.Kind == RelationKind.Affine)
            ?? (Array.Exists(branches, branch => branch.Kind == RelationKind.Moved)
            ? new StateRelation(RelationKind.Affine) { Node = node.Name } : StateRelation.Depends);
    }
}
