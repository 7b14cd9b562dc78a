using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Decomposition;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>
/// Derives the step graph: walks the ONNX nodes in order, knows for every wire whether it is constant, a sequence or a latest value,
/// and lets each op's transfer rule continue it. What no rule covers is refused with the node's name.
/// </summary>
internal sealed partial class StreamTransform
{
    private readonly Dictionary<string, Wire> _wires = [];
    private readonly HashSet<string> _used;
    private readonly Dictionary<(string Wire, int Axis, Clock Clock), Wire> _timeValues = [];

    /// <summary>States that are set anew at the end of a step: an output that is one of them is given as it was before.</summary>
    private readonly HashSet<StepValue> _states = [];

    /// <summary>Elements of sequences of fixed length that nodes take by themselves, by their place.</summary>
    private readonly Dictionary<string, HashSet<int>> _taken = [];

    private readonly OpTable _table;

    /// <summary>When windows give their outputs; null: the graph does not run on windows.</summary>
    private Clock? _windowOutputs;

    /// <summary>Recurrent nodes whose input repeats.</summary>
    private IReadOnlyDictionary<string, KeptSteps>? _keptSteps;

    /// <summary>The whole graph runs once a step; there is no sequence but what the session keeps.</summary>
    private bool _isStep;

    private StreamTransform(Analysis analysis, StreamOptions options, OpTable table, StreamTransform? outer = null)
    {
        Analysis = analysis;
        Options = options;
        _table = table;
        Graph = outer?.Graph ?? new StepGraph { InputRate = options.InputRate.Steps };
        Aligner = outer?.Aligner ?? new Aligner(Graph);
        _used = [.. analysis.Graph.Nodes.SelectMany(OnnxGraph.ReadBy), .. analysis.Graph.Outputs.Select(output => output.Name)];
    }

    public Analysis Analysis { get; }

    public StreamOptions Options { get; }

    /// <summary>The step graph under construction.</summary>
    public StepGraph Graph { get; }

    /// <summary>The whole graph runs on windows of its inputs.</summary>
    public bool IsWindow { get; private init; }

    /// <summary>The finished step graph; null before <see cref="Run"/> has ended.</summary>
    public StepGraph? Steps { get; private set; }

    public Aligner Aligner { get; }

    /// <summary>What each ONNX node became, in order.</summary>
    public List<NodeReport> Reports { get; } = [];

    /// <summary>Outputs of the graph that depend on no input: they are reported, and the program does not give them at every
    /// step.</summary>
    public IReadOnlyList<ConstantWire> ConstantOutputs { get; private set; } = [];

    /// <summary>Nodes done before the transform ended or refused: how far a guess of the time axis got.</summary>
    public int Progress { get; private set; }

    /// <summary>A recurrent layer ran along its batch axis: the guess of the time axis may be wrong.</summary>
    public bool TimeIsBatchOfRecurrence { get; set; }

    /// <summary>A recurrent layer runs along time: the guess of the time axis is right.</summary>
    public bool TimeIsOfRecurrence { get; set; }

    /// <summary>Sequences in, one element a step.</summary>
    public static StreamTransform ForStream(Analysis analysis, StreamOptions options, OpTable table)
    {
        var transform = new StreamTransform(analysis, options, table);
        foreach (var input in analysis.Graph.Inputs)
            transform.AddInput(input);

        return transform;
    }

    /// <summary>Runs a graph on sequences, with as many steps for each element of the inputs as its nodes want.</summary>
    /// <param name="trying">Told each transform before it runs.</param>
    public static StreamTransform RunStream(Analysis analysis, StreamOptions options, OpTable table,
        Action<StreamTransform>? trying = null)
    {
        while (true)
        {
            var transform = ForStream(analysis, options, table);
            trying?.Invoke(transform);
            try
            {
                transform.Run([]);
                return transform;
            }
            catch (EdgeSeqException refused) when (refused.ExitCode == ExitCode.Unsupported && options.InputRate.Wanted is not null)
            {
                options = options with { InputRate = new InputRate(options.InputRate.Wanted.Value) };
            }
        }
    }

    /// <summary>The whole graph once a step; the inputs of <paramref name="states"/> are state, set from their outputs
    /// afterwards.</summary>
    /// <param name="analysis">Its time axes are those along which states grow: keys and values of earlier steps.</param>
    public static StreamTransform ForStep(Analysis analysis, IReadOnlyList<StatePair> states, StreamOptions options, OpTable table)
    {
        var transform = new StreamTransform(analysis, options, table) { _isStep = true };
        foreach (var input in analysis.Graph.Inputs)
        {
            if (analysis.TimeAxes.TryGetValue(input.Name, out var growing))
            {
                transform._wires[input.Name] = new CacheWire(growing, analysis.Shape(input.Name));
            }
            else if (states.FirstOrDefault(pair => pair.Input == input.Name) is { } pair)
            {
                transform.AddState(input, input.Name, transform.Graph.InputClock, pair);
            }
            else
            {
                transform.AddInput(input);
            }
        }

        return transform;
    }

    /// <summary>The whole graph on the last elements of each sequence, once a tick.</summary>
    /// <param name="tick">When the graph runs.</param>
    /// <param name="outputs">When its outputs are given: some ticks later, where it takes several until the states are whole.</param>
    /// <param name="states">What is kept from window to window.</param>
    /// <param name="steps">Recurrent nodes whose input repeats; null: there are none.</param>
    public static StreamTransform ForWindow(Analysis analysis, Clock tick, Clock outputs, IReadOnlyList<StatePair> states, OpTable table,
        IReadOnlyDictionary<string, KeptSteps>? steps = null)
    {
        var transform = new StreamTransform(analysis, new StreamOptions(), table)
        {
            IsWindow = true,
            _windowOutputs = outputs,
            _keptSteps = steps,
        };
        foreach (var input in analysis.Graph.Inputs)
        {
            if (states.FirstOrDefault(pair => pair.Input == input.Name) is { } pair)
                transform.AddState(input, input.Name, tick, pair);
            else
                transform.AddWindowedInput(input, tick);
        }

        return transform;
    }

    /// <summary>The body of a Loop or Scan as part of the outer step graph; its nodes run on the given wires.</summary>
    /// <returns>The body's outputs.</returns>
    public Wire[] RunBody(Analysis body, IReadOnlyDictionary<string, Wire> inputs)
    {
        var transform = new StreamTransform(body, Options, _table, this);
        foreach (var (name, wire) in inputs)
        {
            transform._wires[name] = wire;
        }

        foreach (var node in body.Graph.Nodes)
            transform.RunNode(node);

        Reports.AddRange(transform.Reports);
        return [.. body.Graph.Outputs.Select(output => transform.WireOf(output.Name))];
    }

    public OpEntry Entry(OnnxNode node) => _table.Find(node.Domain, node.OpType)
        ?? throw (OpTable.IsEvaluatedOnly(node.OpType)
            ? Refusal.Of(node, "the shape of its result depends on the input's content",
                TypedHints.Set(Analysis.Graph, Analysis.InputsOf(node.Outputs[0]), "export the model without it"))
            : Refusal.Of(node, Decomposer.Writes(node) ? "this form of the op is not supported" : "the op is not supported",
                OpTable.InsteadOf(node.OpType)));

    public bool IsUsed(string wire) => _used.Contains(wire);

    /// <summary>What a recurrent node's input repeats; null: nothing, or the node is none.</summary>
    public KeptSteps? KeptStepsOf(OnnxNode node) => _keptSteps?.GetValueOrDefault(node.Name);

    /// <summary>Applies every node's rule, then turns the graph's outputs into the program's; outputs named in the pairs become
    /// state.</summary>
    public StepGraph Run(IReadOnlyList<StatePair> states)
    {
        RunNodes();
        ConstantOutputs = [.. Analysis.Graph.Outputs.Select(output => WireOf(output.Name)).OfType<ConstantWire>()
            .Where(wire => !wire.VariesWithTime)];

        // A new state that is the model's only result is given out too.
        var results = Analysis.Graph.Outputs.Where(output => states.All(pair => pair.Output != output.Name)
            && ConstantOutputs.All(constant => constant.Name != output.Name)).ToList();
        foreach (var output in results.Count > 0 ? results : [.. Analysis.Graph.Outputs])
            AddOutput(output);

        KeepStates(states);
        return Steps = Graph;
    }

    /// <summary>How many elements of a sequence have been taken one by one, this one among them.</summary>
    public int Taken(string sequence, int index)
    {
        if (!_taken.TryGetValue(sequence, out var places))
            _taken[sequence] = places = [];

        places.Add(index);
        return places.Count;
    }

    public Wire Memoised((string Wire, int Axis, Clock Clock) key, Func<Wire> make)
    {
        if (!_timeValues.TryGetValue(key, out var wire))
        {
            wire = make();
            _timeValues[key] = wire;
        }

        return wire;
    }

    public Wire WireOf(string name)
    {
        if (!_wires.TryGetValue(name, out var wire))
        {
            wire = Analysis.IsTimeOnly(name)
                ? Known(name)
                : throw (Analysis.Graph.Nodes.FirstOrDefault(node => node.Outputs.Contains(name)) is { } maker
                ? Refusal.Of(maker, $"its output '{name}' is not computed here, and another node or the model gives it out",
                    Refusal.UseWindow)
                : new EdgeSeqException(ErrorCodes.NodeUnsupported, $"wire '{name}' has no value", Refusal.UseWindow));
            _wires[name] = wire;
        }

        return wire;
    }

    /// <summary>What the wires into a node, or the rule of its op, make of them.</summary>
    public Wire?[] Continued(OnnxNode node, NodeContext context, Wire?[] inputs)
    {
        var entry = Entry(node);
        var asked = inputs.OrderByDescending(wire => wire is { IsAskedFirst: true });
        if ((asked.Select(wire => wire?.Continue(context)).FirstOrDefault(wires => wires is not null)
            ?? entry.Open?.Invoke(context)) is { } continued)
        {
            return continued;
        }

        return !entry.RunsBody && inputs.All(wire => wire is null or ConstantWire or LatestWire) && context.SpreadAxis() is null
            ? context.LowerLatest()
            : (entry.Stream ?? throw context.Refuse("the op is not supported on a sequence, one element at a time",
            Refusal.UseWindow))(context);
    }

    private void RunNodes()
    {
        foreach (var node in Analysis.Graph.Nodes)
        {
            RunNode(node);
            Progress++;
        }
    }

    private void RunNode(OnnxNode node)
    {
        if (node.Outputs.All(output => output.Length == 0 || Analysis.IsTimeOnly(output)))
        {
            foreach (var output in node.Outputs.Where(output => output.Length > 0 && Analysis.IsTensor(output)))
                _wires[output] = Known(output);

            Reports.Add(NodeReports.Of(node,
                node.Outputs.Where(output => output.Length > 0 && Analysis.IsTensor(output)).Select(output => _wires[output]),
                Graph.InputRate));
            return;
        }

        if (node.Inputs.Concat(node.Outputs).FirstOrDefault(name => name.Length > 0 && !Analysis.IsTensor(name)) is { } list)
        {
            throw Refusal.Of(node, $"'{list}' is a list of tensors or an optional one", node.Is("Loop")
                ? "append to the list once in each iteration, outside of any condition; begin it in front of the loop where the loop reads "
                    + "its last element (out = [h], then out[-1]); and stack it behind the loop"
                : "export the model with tensors in the place of lists");
        }

        var inputs = node.Inputs.Select(name => name.Length == 0 ? null : WireOf(name)).ToArray();
        if (KeptStepsOf(node) is { } steps)
            inputs[0] = WireOf(steps.Computed);

        var context = new NodeContext(this, node, inputs);
        var outputs = Transferred(node, context, inputs);
        for (var k = 0; k < node.Outputs.Count && k < outputs.Length; k++)
        {
            if (outputs[k] is Wire wire && node.Outputs[k].Length > 0)
                _wires[node.Outputs[k]] = wire;
        }

        Reports.Add(NodeReports.Of(node, outputs, Graph.InputRate));
    }

    /// <summary>Lets the wires or the op's rule continue. What neither refuses but fails at is a fault of the converter, and is called
    /// that.</summary>
    private Wire?[] Transferred(OnnxNode node, NodeContext context, Wire?[] inputs)
    {
        try
        {
            return ContinuedOrOtherwise(node, context, inputs);
        }
        catch (Exception fault) when (fault is not (EdgeSeqException or OperationCanceledException or OutOfMemoryException))
        {
            throw Refusal.Fault(node, fault);
        }
    }

    private Wire?[] ContinuedOrOtherwise(OnnxNode node, NodeContext context, Wire?[] inputs)
    {
        try
        {
            return Continued(node, context, inputs);
        }
        catch (EdgeSeqException refused) when (refused.ExitCode == ExitCode.Unsupported)
        {
            if (_table.Otherwise?.Invoke(context) is { } wires)
                return wires;

            throw;
        }
    }

    private ConstantWire Known(string name)
    {
        var value = Analysis.Value(name);
        var varies = !Analysis.LengthIsFixed && !Analysis.Graph.Initializers.ContainsKey(name)
            && Analysis.ValueAt(name, Analysis.OtherLength) is var other && (other is null || !other.SameAs(value));
        return new ConstantWire(name, value, varies);
    }
}
