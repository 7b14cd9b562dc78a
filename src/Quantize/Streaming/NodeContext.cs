using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>What a streaming rule works with: a node, the wires into it, and the ways to continue them.</summary>
internal sealed class NodeContext(StreamTransform transform, OnnxNode node, Wire?[] inputs, int[]? fullShape = null)
{
    /// <summary>What has only been tracked: the op's result on each element.</summary>
    private Wire?[] _tracked = [];

    /// <summary>What an element has along the time axis.</summary>
    private ElementRows _rows = ElementRows.One;

    public OnnxNode Node { get; } = node;

    public StepGraph Graph => transform.Graph;

    public Analysis Analysis => transform.Analysis;

    public Aligner Aligner => transform.Aligner;

    public StreamOptions Options => transform.Options;

    public int InputCount => inputs.Length;

    /// <summary>The first sequence among the inputs.</summary>
    public StreamWire FirstStream => inputs.OfType<StreamWire>().FirstOrDefault() ?? throw Refuse("it spreads a value over time");

    public Wire? Input(int index) => index < inputs.Length ? inputs[index] : null;

    public StreamWire? Stream(int index) => Input(index) as StreamWire;

    /// <summary>A constant input; one that is another for another length only where the node's rule reads it as a length or
    /// place.</summary>
    public OnnxTensor? Constant(int index) => Input(index) is not ConstantWire constant ? null
        : LengthInputs.Freezes(Node, index, constant) ? throw LengthInputs.Varies(Node, index)
        : constant.Tensor;

    /// <summary>A constant input's value for another length of the whole input.</summary>
    public OnnxTensor? ConstantAtOtherLength(int index) =>
        Input(index) is ConstantWire constant ? Analysis.ValueAt(constant.Name, Analysis.OtherLength) : null;

    /// <summary>The ONNX shape of an output at the analysis length; that of a scalar where the output is absent.</summary>
    public int[] FullShape(int output = 0) => fullShape ?? (Node.Outputs[output].Length == 0 ? [] : Analysis.Shape(Node.Outputs[output]));

    /// <summary>The ONNX shape of an input at the analysis length.</summary>
    public int[] FullInputShape(int input) => Analysis.Shape(Node.Inputs[input]);

    /// <summary>A wire of the graph around the node's subgraphs.</summary>
    public Wire Outer(string name) => transform.WireOf(name);

    /// <summary>Runs a subgraph's nodes as part of the step graph; its inputs stand for the given wires.</summary>
    public Wire[] RunBody(Analysis body, IReadOnlyDictionary<string, Wire> inputs) => transform.RunBody(body, inputs);

    /// <summary>
    /// The axis of the first output that grows with time although no input is a sequence: a value is spread over time. Null where
    /// none does.
    /// </summary>
    public int? SpreadAxis()
    {
        if (inputs.Any(wire => wire is not (null or ConstantWire or LatestWire))
            || !inputs.OfType<ConstantWire>().Any(constant => constant.VariesWithTime))
        {
            return null;
        }

        var shape = FullShape();
        var other = Node.Outputs[0].Length == 0 ? shape : Analysis.ShapeAt(Node.Outputs[0], Analysis.OtherLength) ?? shape;
        var axis = shape.Length == other.Length ? Enumerable.Range(0, shape.Length).FirstOrDefault(i => shape[i] != other[i], -1) : -1;
        return axis < 0 ? null : axis;
    }

    /// <summary>Axes of the first output that grow with the length.</summary>
    public int GrowingAxes()
    {
        var shape = FullShape();
        return Analysis.LengthIsFixed ? shape.Count(dim => dim == Analysis.Length)
            : Analysis.ShapeAt(Node.Outputs[0], Analysis.OtherLength) is { } other && other.Length == shape.Length
            ? shape.Zip(other).Count(pair => pair.First != pair.Second) : 0;
    }

    public bool Uses(int output) => output < Node.Outputs.Count && Node.Outputs[output].Length > 0
        && transform.IsUsed(Node.Outputs[output]);

    /// <summary>Notes that time ran along a recurrent layer's batch axis, which a wrong guess of the time axis would do.</summary>
    public void TimeIsBatchOfRecurrence() => transform.TimeIsBatchOfRecurrence = true;

    /// <summary>Notes that a recurrent layer runs along time.</summary>
    public void TimeIsOfRecurrence() => transform.TimeIsOfRecurrence = true;

    /// <summary>
    /// Several elements taken one by one from a sequence of fixed length are a loop that the exporter has written out: it sees these
    /// elements and no later ones, so that a stream would stand still after them.
    /// </summary>
    public void RequireNoWrittenOutLoop(int index)
    {
        if (Analysis.LengthIsFixed && transform.Taken(Node.Inputs[0], index) > 1)
        {
            throw Refusal.Of(Node,
                $"element {index} of the sequence is taken by itself, as others are: the loop over {Analysis.Length} elements was "
                + "written out when the model was exported",
                $"convert with --mode window --window {Analysis.Length} --hop {Analysis.Length}, or export the model with a loop or an "
                + "RNN, LSTM or GRU layer",
                ErrorCodes.NotCausal);
        }
    }

    /// <summary>What a time-only wire is at each tick of a clock: made once, however many nodes read it.</summary>
    public Wire Memoised(string wire, int axis, Clock clock, Func<Wire> make) => transform.Memoised((wire, axis, clock), make);

    /// <summary>The same node with other wires into it.</summary>
    /// <param name="shape">The shape of the result where it is taken to be another one.</param>
    public NodeContext With(Wire?[] others, int[]? shape = null) => new(transform, Node, others, shape ?? fullShape);

    public EdgeSeqException Refuse(string reason, string? hint = null) => Refusal.Of(Node, reason, hint);

    public EdgeSeqException NotCausal(string reason) => Refusal.NotCausal(Node, reason);

    /// <summary>
    /// Runs the node's lowering on one element of each sequence: right for every op that treats the elements along time one by one.
    /// The sequences are aligned to the latest of them first.
    /// </summary>
    /// <param name="axis">Where the time axis is in each output.</param>
    public Wire?[] Track(Func<int, int> axis)
    {
        var aligned = Aligner.Align(Node, inputs);
        return Emit(aligned.Wires, aligned.Clock, axis, lead: 0, leadValue: 0);
    }

    public Wire?[] Track(int axis) => Track(_ => axis);

    /// <summary>
    /// As <see cref="Track(int)"/> for ops whose inputs broadcast to the output: a constant that has a row for each element (a position
    /// table) becomes a table read at the element's index.
    /// </summary>
    public Wire?[] TrackBroadcast(int axis)
    {
        var aligned = Aligner.Align(Node, inputs);
        var rank = FullShape().Length;
        var wires = aligned.Wires.Select(wire => wire is ConstantWire constant
            ? RowOf(constant, axis - rank + constant.Tensor.Rank, aligned.Clock)
            : wire).ToArray();
        return Emit(wires, aligned.Clock, _ => axis, lead: 0, leadValue: 0);
    }

    /// <summary>As <see cref="Track(int)"/>; constants among <paramref name="spread"/> have a row for each element along
    /// <paramref name="constantAxis"/>.</summary>
    public Wire?[] TrackRows(Func<int, int> axis, IReadOnlyCollection<int> spread, int constantAxis)
    {
        var aligned = Aligner.Align(Node, inputs);
        var wires = aligned.Wires.Select((wire, i) => wire is ConstantWire constant && spread.Contains(i)
            ? RowOf(constant, constantAxis, aligned.Clock) : wire).ToArray();
        return Emit(wires, aligned.Clock, axis, lead: 0, leadValue: 0);
    }

    /// <summary>
    /// As <see cref="Track(int)"/> for ops of one sequence that only move data: padding before the start stays what it is.
    /// </summary>
    public Wire?[] TrackMove(int axis)
    {
        var stream = FirstStream;
        var outputs = Emit(inputs, stream.Clock, _ => axis, stream.Lead, stream.LeadValue);
        if (stream.LeadElements is not null && outputs.Any(wire => wire is StepWire moved && moved.Value.Root != stream.Value.Root))
        {
            // Padding that is elements of its own would have to be moved as they are.
            stream = Aligner.WithoutLead(stream);
            return Emit([.. inputs.Select(wire => wire is StreamWire ? stream : wire)], stream.Clock, _ => axis, 0, 0);
        }

        return [.. outputs.Select(wire => wire is StreamWire moved
            ? moved with { LeadIsFirst = stream.LeadIsFirst, LeadElements = stream.LeadElements } : wire)];
    }

    /// <summary>As <see cref="Track(int)"/> for ops of one sequence and constants, whose padding in front is known after them
    /// too.</summary>
    public Wire?[] TrackPadded(StreamWire stream, float leadValue) =>
        Emit(inputs, stream.Clock, _ => stream.Axis, stream.Lead, leadValue);

    public IEnumerable<T> Inputs<T>()
        where T : Wire => inputs.OfType<T>();

    /// <summary>What the op's rule makes of other inputs, if all that it does is to track the time axis, of which an element has those
    /// rows; null where it does more.</summary>
    public Wire?[]? TrackedOnly(Func<Wire?, Wire?> input, ElementRows rows)
    {
        var tracking = new NodeContext(transform, Node, [.. inputs.Select(input)], fullShape) { _rows = rows };
        var nodes = Graph.Nodes.Count;
        try
        {
            var outputs = transform.Entry(Node).Stream?.Invoke(tracking);
            if (outputs is not null && outputs.Length == tracking._tracked.Length
                && outputs.Zip(tracking._tracked).All(pair => (pair.First as StepWire)?.Value == (pair.Second as StepWire)?.Value))
            {
                return outputs;
            }
        }
        catch (EdgeSeqException refused) when (refused.ExitCode == ExitCode.Unsupported)
        {
            // It does more than that.
        }

        Graph.Nodes.RemoveRange(nodes, Graph.Nodes.Count - nodes);
        return null;
    }

    /// <summary>What the node makes of other inputs.</summary>
    public Wire?[] ContinueWith(Func<Wire?, Wire?> input)
    {
        Wire?[] others = [.. inputs.Select(input)];
        return transform.Continued(Node, new NodeContext(transform, Node, others, fullShape), others);
    }

    /// <summary>What another node of the graph works with.</summary>
    public NodeContext Of(OnnxNode other) =>
        new(transform, other, [.. other.Inputs.Select(name => name.Length == 0 ? null : transform.WireOf(name))]);

    /// <summary>Runs the node's lowering on the inputs as they are, for wires without a time axis.</summary>
    public Wire?[] LowerLatest()
    {
        RequireNoWholeDecoder();
        var aligned = Aligner.AlignLatest(
            [.. inputs.Select(wire => wire is ConstantWire constant ? TimeTables.AtStep(this, constant) : wire)]);
        var invariant = inputs.OfType<LatestWire>().All(latest => latest.Invariant);
        var outputs = Lower(aligned.Wires, aligned.Clock, Node.Outputs.Select((_, k) => FullShape(k)).ToArray());
        return [.. outputs.Select((output, k) => output is null ? null : LatestOf(output, aligned.Clock, invariant, Node.Outputs[k]))];
    }

    /// <summary>
    /// The sequence may be read for its last element or its sum only if every element that the model has on a prefix is known by
    /// then; padding at the end or right context breaks that.
    /// </summary>
    public void RequireNoTail(StreamWire stream, string what)
    {
        var tail = Tail(stream);
        if (tail > 0)
            throw NotCausal($"{what}, but the last {tail} elements of that sequence depend on inputs that are still to come");
    }

    /// <summary>Elements that the model has on a prefix beyond those that streaming knows by then.</summary>
    public int Tail(StreamWire stream) => stream.FullLength - stream.Lead - stream.Clock.Ticks(Analysis.Steps * Graph.InputRate);

    public StepOperand?[] Lower(IReadOnlyList<Wire?> wires, Clock clock, int[][] outputShapes)
    {
        var operands = wires.Select((wire, i) => wire switch
        {
            null => null,
            ConstantWire constant => ConstantOperand(i, constant),
            StepWire step => StepOperand.Of(step.Value),
            _ => throw Refuse("attention scores or a softmax over time flow into an op that is not part of attention"),
        }).ToArray();
        return Lower(operands, clock, outputShapes);
    }

    public StepOperand?[] Lower(StepOperand?[] operands, Clock clock, int[][] outputShapes)
    {
        var entry = transform.Entry(Node);
        if (entry.Lower is null)
            throw Refuse("the op is supported on sequences only");

        var types = Node.Outputs.Select(name => name.Length == 0 ? Runtime.Program.ElementType.F32
            : Analysis.Type(name).ElementType.StepType()).ToArray();
        return entry.Lower(new Lowering(Graph, Node, clock, operands, outputShapes, types) { KeptSteps = transform.KeptStepsOf(Node) });
    }

    /// <summary>A lowering context for rules that add ordinary nodes of their own beside the streaming ones.</summary>
    public Lowering LoweringFor(Clock clock, StepOperand?[] operands, params int[][] outputShapes) =>
        new(Graph, Node, clock, operands, outputShapes, [.. outputShapes.Select(_ => Runtime.Program.ElementType.F32)]);

    /// <summary>The same with the node's constants as operands.</summary>
    public Lowering LoweringFor(Clock clock) =>
        LoweringFor(clock,
        [.. inputs.Select((wire, i) => wire is ConstantWire constant ? ConstantOperand(i, constant) : null)]);

    /// <summary>
    /// How elements of a sequence come into a ring that is read at <paramref name="clock"/>: by the reader itself where both tick
    /// together, by a Push op at the sequence's own clock otherwise.
    /// </summary>
    public RingInput PushInto(StepValue ring, StreamWire stream, Clock clock, int length)
    {
        if (clock == stream.Clock)
            return new RingInput(stream.Value, []);

        Graph.Add("Push", Node.Name, stream.Clock, [stream.Value, ring], [], ("size", stream.Value.Length), ("length", length));
        return new RingInput(null, [("push", 0), ("inputRate", stream.Clock.Rate), ("inputOffset", stream.Clock.Offset)]);
    }

    private StepOperand ConstantOperand(int input, ConstantWire constant) =>
        StepOperand.Of(constant.Tensor) with { IsOfOneLength = LengthInputs.Freezes(Node, input, constant) };

    /// <summary>A recurrent layer over as many elements as the model's fixed length, all made from the last value (RepeatVector), rebuilds
    /// the window: a stream would run on behind its end.</summary>
    private void RequireNoWholeDecoder()
    {
        var isDecoder = Node.OpType is "LSTM" or "GRU" or "RNN" && !transform.IsWindow && Analysis is { LengthIsFixed: true, Length: > 1 }
            && Analysis.TimeAxes.Count > 0 && Input(0) is LatestWire { Invariant: false } && FullInputShape(0)[0] == Analysis.Length;
        if (isDecoder)
            throw NotCausal($"it runs over {Analysis.Length} elements made from the last one, as many as the whole window has");
    }

    private Wire?[] Emit(IReadOnlyList<Wire?> wires, Clock clock, Func<int, int> axis, int lead, float leadValue)
    {
        var shapes = Node.Outputs.Select((name, k) => name.Length == 0 ? [] : Shapes.With(FullShape(k), axis(k), _rows.Count)).ToArray();
        var outputs = Lower(wires, clock, shapes);
        return _tracked = [.. outputs.Select((output, k) => output is null
            ? null
            : new StreamWire(ValueOf(output, Node.Outputs[k], clock), clock, axis(k), FullShape(k), lead, leadValue))];
    }

    /// <summary>The rows of a constant for the current element.</summary>
    private Wire RowOf(ConstantWire constant, int axis, Clock clock) =>
        _rows == ElementRows.One ? TimeTables.Row(this, constant, axis, clock) : TimeTables.RowsOfEach(this, constant, axis, _rows);

    private LatestWire LatestOf(StepOperand operand, Clock clock, bool invariant, string name) =>
        new(ValueOf(operand, name, clock), clock, invariant);

    /// <summary>A lowering's result as a value of its own shape: a reshaped view shares its memory with what it views.</summary>
    private StepValue ValueOf(StepOperand operand, string name, Clock clock) =>
        operand.Value is null
            ? Graph.Constant(name, operand.Constant!.StepData(), operand.Shape)
            : operand.Value.Shape.AsSpan().SequenceEqual(operand.Shape) ? operand.Value : operand.Value.View(operand.Shape);
}
