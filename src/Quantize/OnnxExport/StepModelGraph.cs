using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Opsets;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>
/// The ONNX graph that a step graph is written to: every value of the step graph is a wire, and a value that is written again is a new
/// wire. A state S is an input S_in, whose initializer is its content after a reset, and an output S_out.
/// </summary>
internal sealed class StepModelGraph
{
    private const string StepCounter = "step";

    private readonly Dictionary<StepValue, Wire> _wires = [];
    private readonly Dictionary<(string Wire, string Shape), string> _reshaped = [];
    private readonly Dictionary<Clock, ClockWires> _clocks = [];
    private readonly List<StateWire> _states = [];
    private readonly HashSet<string> _names;
    private string? _step;

    /// <param name="reserved">Names that are the model's own inputs and outputs.</param>
    public StepModelGraph(string name, IEnumerable<string> reserved)
    {
        _names = [.. reserved];
        Graph = new OnnxGraph(name);
        Graph.Opsets[""] = OpsetNormalizer.CanonicalVersion;
    }

    public OnnxGraph Graph { get; }

    /// <summary>Adds a node with one output.</summary>
    /// <returns>The output's wire.</returns>
    public string Add(string opType, string name, IEnumerable<string> inputs, params (string Name, OnnxAttribute Value)[] attributes) =>
        Add(opType, name, inputs, 1, attributes)[0];

    public string[] Add(string opType, string name, IEnumerable<string> inputs, int outputs,
        params (string Name, OnnxAttribute Value)[] attributes)
    {
        var unique = Unique($"{name}.{opType}");
        string[] wires = [.. Enumerable.Range(0, outputs).Select(i => Unique(i == 0 ? $"{unique}:out" : $"{unique}:out{i}"))];
        Graph.Nodes.Add(new OnnxNode(unique, opType)
        {
            Inputs = [.. inputs],
            Outputs = [.. wires],
            Attributes = attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value),
        });
        return wires;
    }

    public string Constant(string name, OnnxTensor tensor)
    {
        var unique = Unique(name);
        Graph.Initializers[unique] = tensor;
        return unique;
    }

    /// <summary>The wire in another shape of the same length.</summary>
    public string Reshape(string wire, string name, params int[] shape)
    {
        var key = (wire, Shapes.Text(shape));
        if (!_reshaped.TryGetValue(key, out var reshaped))
        {
            var target = Constant($"{name}.shape", OnnxTensor.Vector([.. shape.Select(dim => (long)dim)]));
            _reshaped[key] = reshaped = Add("Reshape", name, [wire, target]);
        }

        return reshaped;
    }

    /// <summary>The value as it stands now, in this shape.</summary>
    public string Read(StepValue value, params int[] shape)
    {
        var wire = Current(value.Root);
        return wire.Shape.AsSpan().SequenceEqual(shape) ? wire.Name : Reshape(wire.Name, value.Name, shape);
    }

    /// <summary>From here on the value is this wire.</summary>
    public void Write(StepValue value, string wire, int[] shape) => _wires[value.Root] = new Wire(wire, shape);

    public void AddInput(StepInput input)
    {
        Graph.Inputs.Add(ValueInfo(input.Name, input.Value.Root.Type, input.Shape));
        _wires[input.Value.Root] = new Wire(input.Name, input.Shape);
    }

    /// <summary>Makes a state an input of this shape, unless it is one already.</summary>
    public void Declare(StepValue state, params int[] shape)
    {
        if (!_wires.ContainsKey(state.Root))
            _wires[state.Root] = new Wire(StateInput(state.Root, shape), shape);
    }

    /// <summary>The number of steps done, as an int64 scalar.</summary>
    public string Step()
    {
        if (_step is null)
        {
            var name = Unique(StepCounter, "_in", "_out");
            _step = $"{name}_in";
            Graph.Initializers[_step] = OnnxTensor.Scalar(0L);
            Graph.Inputs.Add(new OnnxValue(_step, OnnxElementType.Int64, []));
            var next = Add("Add", StepCounter, [_step, Constant($"{StepCounter}.one", OnnxTensor.Scalar(1L))]);
            AddOutput($"{name}_out", next, ElementType.I64, []);
        }

        return _step;
    }

    public ClockWires Of(Clock clock)
    {
        if (!_clocks.TryGetValue(clock, out var wires))
            _clocks[clock] = wires = new ClockWires(this, clock);

        return wires;
    }

    public void AddOutput(string name, string wire, ElementType type, int[] shape)
    {
        Graph.Nodes.Add(new OnnxNode(Unique($"{name}.Identity"), "Identity") { Inputs = [wire], Outputs = [name] });
        Graph.Outputs.Add(ValueInfo(name, type, shape));
    }

    /// <summary>Gives every state its output, in the order in which the states came up.</summary>
    /// <returns>The names without _in and _out.</returns>
    public IReadOnlyList<string> CloseStates()
    {
        foreach (var state in _states)
            AddOutput($"{state.Name}_out", Read(state.Value, state.Shape), state.Value.Type, state.Shape);

        return [.. _states.Select(state => state.Name), .. _step is null ? Array.Empty<string>() : [_step[..^"_in".Length]]];
    }

    public string Unique(string name, params string[] suffixes)
    {
        var candidate = name;
        for (var i = 2; !IsFree(candidate); i++)
            candidate = $"{name}.{i}";

        _names.Add(candidate);
        _names.UnionWith(suffixes.Select(suffix => candidate + suffix));
        return candidate;

        bool IsFree(string wanted) => !_names.Contains(wanted) && !suffixes.Any(suffix => _names.Contains(wanted + suffix));
    }

    private Wire Current(StepValue root)
    {
        if (!_wires.TryGetValue(root, out var wire))
        {
            var name = root.Place == ValuePlace.State ? StateInput(root, root.Shape)
                : Constant(root.Name, StepTensor.Initial(root, root.Shape));
            _wires[root] = wire = new Wire(name, root.Shape);
        }

        return wire;
    }

    private string StateInput(StepValue root, int[] shape)
    {
        string name = Unique(root.Name, "_in", "_out"), input = $"{name}_in";
        _states.Add(new StateWire(root, name, shape));
        Graph.Initializers[input] = StepTensor.Initial(root, shape);
        Graph.Inputs.Add(ValueInfo(input, root.Type, shape));
        return input;
    }

    private static OnnxValue ValueInfo(string name, ElementType type, int[] shape) =>
        new(name, StepTensor.OnnxType(type), [.. shape.Select(dim => (OnnxDimension)dim)]);

    private readonly record struct Wire(string Name, int[] Shape);

    private sealed record StateWire(StepValue Value, string Name, int[] Shape);
}
