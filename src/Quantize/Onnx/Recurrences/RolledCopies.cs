namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// The body of the loop whose copies a graph holds. A wire of the body stands for one wire of each copy; they are walked together from
/// the results towards what they come from: elements of sequences, wires around the loop, and wires of the copy before, which are what
/// the loop carries.
/// </summary>
internal sealed class RolledCopies
{
    private const int DeepestCopy = 1000;

    private readonly UnrolledScope _scope;
    private readonly CopyTimes _times;
    private readonly string _name;
    private readonly string _number;
    private readonly OnnxGraph _body;
    private readonly Dictionary<string, (int Length, OnnxNode Node)> _nodes = [];
    private readonly Dictionary<(string Sequence, int Axis), string> _elements = [];
    private readonly Dictionary<string, CarriedCopies> _states = [];
    private readonly List<CarriedCopies> _carried = [];
    private readonly List<string> _stacked = [];

    public RolledCopies(UnrolledScope scope, CopyTimes times, string name)
    {
        _scope = scope;
        _times = times;
        _name = name;
        _body = new OnnxGraph($"{name}/body", scope.Graph);
        _number = scope.NewWire(name, "number");
    }

    public bool HasState => _carried.Count > 0;

    /// <summary>Adds a result: its wire in each copy, the first of which may be unknown.</summary>
    /// <returns>Its number among the stacked outputs; null where the wires are no copies.</returns>
    public int? Add(string?[] wires)
    {
        if (Roll(wires, 0) is not { } wire || !NextOfStates())
            return null;

        _stacked.Add(wire);
        return _stacked.Count - 1;
    }

    /// <summary>The loop with this body.</summary>
    /// <returns>Its stacked outputs.</returns>
    public string[] Loop()
    {
        var going = _scope.NewWire(_name, "going");
        _body.Inputs.Add(new OnnxValue(_number, OnnxElementType.Int64, []));
        _body.Inputs.Add(new OnnxValue(going, OnnxElementType.Bool, []));
        _body.Inputs.AddRange(_carried.Select(state => new OnnxValue(state.Name, state.Type, null)));
        Give(going, OnnxElementType.Bool);
        foreach (var state in _carried)
            Give(state.Next!, state.Type);

        foreach (var wire in _stacked)
            Give(wire, OnnxElementType.Undefined);

        string[] inputs = [_scope.Constant(_name, OnnxTensor.Scalar((long)_times.Copies)), "", .. _carried.Select(Start)];
        return _scope.Add(_name, "Loop", inputs, _carried.Count + _stacked.Count, ("body", _body))[_carried.Count..];

        void Give(string wire, OnnxElementType type) => _body.Outputs.Add(new OnnxValue(Node("Identity", [wire]), type, null));
    }

    /// <summary>What each copy gives to the next, until nothing more is carried.</summary>
    private bool NextOfStates()
    {
        for (var s = 0; s < _carried.Count; s++)
        {
            if (_carried[s].Next is null && (_carried[s].Next = Roll(_carried[s].Values, 0)) is null)
                return false;
        }

        return true;
    }

    /// <summary>The wire of the body that stands for these; null where they are no copies.</summary>
    private string? Roll(string?[] wires, int depth)
    {
        if (wires.Length < 2 || depth > DeepestCopy)
            return null;

        var later = wires.AsSpan(1);
        var second = wires[1]!;
        if (!later.ContainsAnyExcept(second) && (wires[0] is null || wires[0] == second))
            return _times.Element(second) is null ? second : null;

        if (_scope.Graph.Constant(second) is { } constant)
            return wires.All(wire => wire is null || _scope.Graph.Constant(wire)?.SameAs(constant) == true) ? second : null;

        if (_times.Element(second) is { } element)
            return AreElements(wires, element) ? Element(element) : null;

        var earlier = Enumerable.Range(1, wires.Length - 1).Count(t => _times.Of(wires[t]!) < t);
        return earlier == 0 ? Copies(wires, depth) : earlier == wires.Length - 1 ? State(wires) : null;
    }

    private bool AreElements(string?[] wires, SequenceElement element) => wires.Index().All(pair => pair.Item is null
        || (_times.Element(pair.Item) is { } each && each.Sequence == element.Sequence && each.Axis == element.Axis
            && each.Index == pair.Index));

    private string Element(SequenceElement element)
    {
        if (!_elements.TryGetValue((element.Sequence, element.Axis), out var wire))
        {
            _elements[(element.Sequence, element.Axis)] = wire = Node("Gather", [element.Sequence, _number],
                ("axis", (long)element.Axis));
        }

        return wire;
    }

    /// <summary>Outputs of nodes that are copies of each other. The first may have been simplified by the exporter.</summary>
    private string? Copies(string?[] wires, int depth)
    {
        var nodes = wires.Select(wire => wire is null ? null : _scope.Producers.GetValueOrDefault(wire)).ToArray();
        if (nodes[1] is not { } node || nodes.Skip(2).Any(each => each is null || !NodeCopies.IsCopy(node, each)))
            return null;

        var output = node.Outputs.IndexOf(wires[1]!);
        if (Enumerable.Range(1, wires.Length - 1).Any(t => nodes[t]!.Outputs.IndexOf(wires[t]!) != output))
            return null;

        if (_nodes.TryGetValue(node.Name, out var known) && known.Length >= wires.Length)
            return known.Node.Outputs[output];

        if (nodes[0] is { } first && (!NodeCopies.IsCopy(node, first) || first.Outputs.IndexOf(wires[0]!) != output))
            nodes[0] = null;

        var inputs = new string[node.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (nodes.Any(each => each is not null && each.Inputs[i].Length == 0 != (node.Inputs[i].Length == 0)))
                return null;

            if (node.Inputs[i].Length > 0 && Roll([.. nodes.Select(each => each?.Inputs[i])], depth + 1) is { } input)
                inputs[i] = input;
            else if (node.Inputs[i].Length > 0)
                return null;
            else
                inputs[i] = "";
        }

        // Seen before in fewer copies: the same node.
        if (known.Node is null)
        {
            known.Node = _scope.NewNode(_name, node.OpType, inputs, node.Outputs.Count,
                [.. node.Attributes.Select(pair => (pair.Key, pair.Value))]);
            known.Node.Domain = node.Domain;
            _body.Nodes.Add(known.Node);
        }

        _nodes[node.Name] = (wires.Length, known.Node);
        return known.Node.Outputs[output];
    }

    /// <summary>Wires of the copies before: what the first one reads in their place is what the loop starts with.</summary>
    private string? State(string?[] wires)
    {
        if (!_states.TryGetValue(wires[1]!, out var state))
        {
            _states[wires[1]!] = state = new CarriedCopies(_scope.NewWire(_name, "carried"),
                _scope.TypeOf(wires[1]!)?.ElementType ?? OnnxElementType.Float32, wires[1..]);
            _carried.Add(state);
        }

        if (wires[0] is { } start && _times.Of(start) != CopyTimes.None)
            return null;

        state.Start ??= wires[0];
        if (wires.Length - 1 > state.Values.Length)
        {
            state.Values = wires[1..];
            state.Next = null;
        }

        return state.Name;
    }

    /// <summary>A start that the first copy does not show is taken to be zero; the check of the rewriting tells.</summary>
    private string Start(CarriedCopies state)
    {
        var dims = _scope.TypeOf(state.Values[0]!)?.StaticDims;
        if (state.Start is null && dims is not null)
            return _scope.Constant(_name, OnnxTensor.Filled(state.Type, dims, 0));

        if (state.Start is null)
        {
            var zero = _scope.Constant(_name, OnnxTensor.Scalar(0f).Cast(state.Type));
            return _scope.Add(_name, "Mul", [state.Values[0]!, zero]);
        }

        // A start that is broadcast has the shape of what follows it.
        return dims is null || _scope.TypeOf(state.Start)?.StaticDims is { } own && own.SequenceEqual(dims) ? state.Start
            : _scope.Add(_name, "Expand", [state.Start, _scope.Constant(_name, OnnxTensor.Vector(dims))]);
    }

    private string Node(string opType, string[] inputs, params (string Name, OnnxAttribute Value)[] attributes)
    {
        var node = _scope.NewNode(_name, opType, inputs, 1, attributes);
        _body.Nodes.Add(node);
        return node.Outputs[0];
    }

    /// <summary>What the loop carries.</summary>
    private sealed class CarriedCopies(string name, OnnxElementType type, string?[] values)
    {
        /// <summary>The body's input.</summary>
        public string Name { get; } = name;

        public OnnxElementType Type { get; } = type;

        /// <summary>What each copy gives to the next.</summary>
        public string?[] Values { get; set; } = values;

        /// <summary>The wire around the loop; null where it does not show.</summary>
        public string? Start { get; set; }

        /// <summary>The body's wire for the next iteration.</summary>
        public string? Next { get; set; }
    }
}
