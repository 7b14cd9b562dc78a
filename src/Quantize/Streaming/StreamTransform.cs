using EdgeSeq.Quantize.Onnx;
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

    /// <summary>The whole graph runs once a step; there is no sequence but what the session keeps.</summary>
    private bool _isStep;

    private StreamTransform(Analysis analysis, StreamOptions options, OpTable table, StreamTransform? outer = null)
    {
        Analysis = analysis;
        Options = options;
        _table = table;
        Graph = outer?.Graph ?? new StepGraph();
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
            else if (states.Any(pair => pair.Input == input.Name))
            {
                transform.AddState(input, input.Name, Clock.EveryStep);
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
    public static StreamTransform ForWindow(Analysis analysis, Clock tick, Clock outputs, IReadOnlyList<StatePair> states, OpTable table)
    {
        var transform = new StreamTransform(analysis, new StreamOptions(), table) { IsWindow = true, _windowOutputs = outputs };
        foreach (var input in analysis.Graph.Inputs)
        {
            if (states.Any(pair => pair.Input == input.Name))
                transform.AddState(input, input.Name, tick);
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
            ? Refusal.Of(node, "the shape of its result depends on the input's content", "give the inputs it depends on with --set")
            : Refusal.Of(node, "the op is not supported", "docs/operators.md lists those that are"));

    public bool IsUsed(string wire) => _used.Contains(wire);

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
                : throw new EdgeSeqException(ErrorCodes.NodeUnsupported,
                $"wire '{name}' has no value: the node that makes it gives this output in streams only when it is exact",
                    Refusal.UseWindow);
            _wires[name] = wire;
        }

        return wire;
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
                node.Outputs.Where(output => output.Length > 0 && Analysis.IsTensor(output)).Select(output => _wires[output])));
            return;
        }

        if (node.Inputs.Concat(node.Outputs).FirstOrDefault(name => name.Length > 0 && !Analysis.IsTensor(name)) is { } list)
        {
            throw Refusal.Of(node, $"'{list}' is a list of tensors or an optional one",
                "export the model with tensors in the place of lists");
        }

        var inputs = node.Inputs.Select(name => name.Length == 0 ? null : WireOf(name)).ToArray();
        var context = new NodeContext(this, node, inputs);
        var outputs = Transferred(node, context, inputs);
        for (var k = 0; k < node.Outputs.Count && k < outputs.Length; k++)
        {
            if (outputs[k] is Wire wire && node.Outputs[k].Length > 0)
                _wires[node.Outputs[k]] = wire;
        }

        Reports.Add(NodeReports.Of(node, outputs));
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

    private Wire?[] Continued(OnnxNode node, NodeContext context, Wire?[] inputs)
    {
        var entry = Entry(node);
        if ((inputs.Select(wire => wire?.Continue(context)).FirstOrDefault(wires => wires is not null)
            ?? entry.Open?.Invoke(context)) is { } continued)
        {
            return continued;
        }

        return !entry.RunsBody && inputs.All(wire => wire is null or ConstantWire or LatestWire) && context.SpreadAxis() is null
            ? context.LowerLatest()
            : (entry.Stream ?? throw context.Refuse("the op is not supported on a sequence, one element at a time",
            Refusal.UseWindow))(context);
    }

    private ConstantWire Known(string name)
    {
        var value = Analysis.Value(name);
        var varies = !Analysis.LengthIsFixed && !Analysis.Graph.Initializers.ContainsKey(name)
            && Analysis.ValueAt(name, Analysis.OtherLength) is var other && (other is null || !other.SameAs(value));
        return new ConstantWire(name, value, varies);
    }

    /// <summary>An input that the session keeps.</summary>
    private void AddState(OnnxValue input, string name, Clock clock)
    {
        var state = Graph.State(name, input.ElementType.StepType(), Analysis.Shape(input.Name));
        _states.Add(state);
        _wires[input.Name] = new LatestWire(state, clock);
    }

    private void AddInput(OnnxValue input)
    {
        var full = Analysis.Shape(input.Name);
        int? axis = Analysis.TimeAxes.TryGetValue(input.Name, out var time) ? time : null;
        var step = axis is int a ? Shapes.With(full, a, 1) : full;
        var value = CallerValue(input, step, axis is int b ? CallerShape(full, b) : step, axis);
        _wires[input.Name] = axis is int c
            ? new StreamWire(value, Clock.EveryStep, c, full)
            : new LatestWire(value, Clock.EveryStep, Invariant: !_isStep && Analysis.TimeAxes.Count > 0);
    }

    /// <summary>An input as the graph sees it: callers give truth values as integers.</summary>
    private StepValue CallerValue(OnnxValue input, int[] shape, int[] callerShape, int? axis)
    {
        var type = input.ElementType.StepType();
        var given = Graph.Arena(input.Name, type == ElementType.Bool ? ElementType.I64 : type, shape);
        Graph.Inputs.Add(new StepInput(input.Name, given, callerShape, axis));
        if (type != ElementType.Bool)
            return given;

        var value = Graph.Arena($"{input.Name}.truth", type, shape);
        Graph.Add("Cast", input.Name, Clock.EveryStep, [given], [value]);
        return value;
    }

    /// <summary>An output as callers read it: truth values as integers, states as they were before this step changed them.</summary>
    private StepValue GivenValue(string name, StepWire wire)
    {
        var value = _states.Contains(wire.Value.Root) ? Graph.Kept(wire.Value, wire.Clock) : wire.Value;
        return CallerType(name, value, wire.Clock);
    }

    private StepValue CallerType(string name, StepValue value, Clock clock)
    {
        if (value.Type != ElementType.Bool)
            return value;

        var integers = Graph.Arena(name, ElementType.I64, value.Shape);
        Graph.Add("Cast", name, clock, [value], [integers]);
        return integers;
    }

    private void AddWindowedInput(OnnxValue input, Clock clock)
    {
        if (!Analysis.TimeAxes.TryGetValue(input.Name, out var axis))
        {
            AddInput(input);
            return;
        }

        var full = Analysis.Shape(input.Name);
        var window = full[axis];
        var type = input.ElementType.StepType();
        var value = Graph.Arena(input.Name, type == ElementType.Bool ? ElementType.I64 : type, Shapes.With(full, axis, 1));
        Graph.Inputs.Add(new StepInput(input.Name, value, CallerShape(full, axis), axis));
        var numbers = InType(value, ElementType.F32, input.Name, Clock.EveryStep);
        var ring = Graph.State($"{input.Name}.window", ElementType.F32, [window, value.Length]);
        Graph.Add("Push", input.Name, Clock.EveryStep, [numbers, ring], [], ("size", value.Length), ("length", window));
        var last = Graph.Arena($"{input.Name}.last{window}", ElementType.F32, full);
        Graph.Add("Window", input.Name, clock, [null, ring], [last],
            ("outer", Shapes.Product(full, 0, axis)), ("length", window), ("inner", Shapes.Product(full, axis + 1, full.Length)),
            ("push", 0), ("inputRate", 1), ("inputOffset", 0));
        var whole = InType(last, type, input.Name, clock);
        _wires[input.Name] = new LatestWire(whole, clock);
    }

    /// <summary>Rings hold float32; token ids and truth values are exact in it.</summary>
    private StepValue InType(StepValue value, ElementType type, string name, Clock clock)
    {
        if (value.Type == type)
            return value;

        var cast = Graph.Arena($"{value.Name}.{type}", type, value.Shape);
        Graph.Add("Cast", name, clock, [value], [cast]);
        return cast;
    }

    private void AddOutput(OnnxValue output)
    {
        switch (WireOf(output.Name))
        {
            case StreamWire stream:
                stream = Chunked(output.Name, Aligner.WithoutLead(stream));
                Graph.Outputs.Add(new StepOutput(output.Name, GivenValue(output.Name, stream), stream.Clock,
                    CallerShape(stream.FullShape, stream.Axis), stream.Axis)
                {
                    Tail = RecordingEnd.IsKnown(this) ? Math.Max(0, RecordingEnd.Tail(Analysis, stream, output.Name)) : 0,
                });
                break;
            case LatestWire latest:
                RequireChunk(output.Name, latest.Clock);
                var shape = !_isStep && Analysis.TimeAxes.Count > 0 ? WithoutBatch(latest.Value.Shape) : latest.Value.Shape;
                var clock = _windowOutputs ?? latest.Clock;
                Graph.Outputs.Add(new StepOutput(output.Name, GivenValue(output.Name, latest), clock, shape, null));
                break;
            case var other:
                throw other.NoOutput(Analysis.Graph.Nodes.FirstOrDefault(node => node.Outputs.Contains(output.Name)), output.Name);
        }
    }

    /// <summary>Delayed until the first element is the first that its call gives.</summary>
    private StreamWire Chunked(string name, StreamWire stream)
    {
        RequireChunk(name, stream.Clock);
        var (rate, offset) = (stream.Clock.Rate, stream.Clock.Offset);
        while (rate < Options.Chunk && offset % Options.Chunk >= rate)
            offset += rate;

        return Aligner.DelayTo(stream, offset);
    }

    private void RequireChunk(string name, Clock clock)
    {
        if (clock.Rate % Options.Chunk != 0 && Options.Chunk % clock.Rate != 0)
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid,
                $"--chunk {Options.Chunk}: output '{name}' comes every {clock.Rate} elements", $"give a multiple of {clock.Rate}");
        }
    }

    private void KeepStates(IReadOnlyList<StatePair> states)
    {
        var updates = new List<StateUpdate>();
        foreach (var pair in states)
        {
            if (_wires.GetValueOrDefault(pair.Input) is CacheWire cache)
            {
                var follows = WireOf(pair.Output) is StreamWire kept && kept.Axis == cache.Axis;
                if (!follows)
                {
                    throw new EdgeSeqException(ErrorCodes.StatePairInvalid,
                        $"output '{pair.Output}' is not state input '{pair.Input}' with this step's element behind it",
                            "pair states with --state IN=OUT");
                }

                continue;
            }

            var state = ((LatestWire)_wires[pair.Input]).Value;
            if (WireOf(pair.Output) is not LatestWire next || next.Value.Length != state.Length || next.Value.Type != state.Type)
            {
                throw new EdgeSeqException(ErrorCodes.StatePairInvalid,
                    $"output '{pair.Output}' does not have the shape of state input '{pair.Input}'",
                    "pair states with --state IN=OUT");
            }

            updates.Add(new StateUpdate($"{pair.Output} → {pair.Input}", next.Clock, Graph.Kept(next.Value, next.Clock), state));
        }

        Graph.AddUpdates(updates);
    }

    /// <summary>One element as the caller sees it: without the time axis, and without a batch axis of 1 in front.</summary>
    private static int[] CallerShape(int[] full, int timeAxis) => WithoutBatch(Shapes.Without(full, timeAxis));

    private static int[] WithoutBatch(int[] shape) => shape.Length > 1 && shape[0] == 1 ? shape[1..] : shape;
}
