using System.Numerics;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <content>Inputs, outputs and states: the graph's as the program's callers see them.</content>
internal sealed partial class StreamTransform
{
    /// <summary>Steps that a session does in one call.</summary>
    private int CallSteps => Options.Chunk * Graph.InputRate;

    /// <summary>An output of which each call gives as many elements as any other, or every so many calls one: delayed until the first
    /// element is the first that its call gives.</summary>
    /// <exception cref="EdgeSeqException">ES0704: it comes at other times.</exception>
    public StepWire Evenly(string name, StepWire wire)
    {
        RequireChunk(name, wire.Clock);
        if (wire is not StreamWire stream)
            return wire;

        var (rate, offset) = (stream.Clock.Rate, stream.Clock.Offset);
        while (rate < CallSteps && offset % CallSteps >= rate)
            offset += rate;

        return Aligner.DelayTo(stream, offset);
    }

    /// <summary>An input that the session keeps.</summary>
    private void AddState(OnnxValue input, string name, Clock clock, StatePair pair)
    {
        if (pair.Ring is { } ring)
        {
            _wires[input.Name] = new RingWire(name, ring, clock, IsDue: true);
            return;
        }

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
            ? new StreamWire(value, Graph.InputClock, c, full)
            : new LatestWire(value, Graph.InputClock, Invariant: !_isStep && Analysis.TimeAxes.Count > 0);
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
        Graph.Add("Cast", input.Name, Graph.InputClock, [given], [value]);
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
        var maker = Analysis.Graph.Nodes.FirstOrDefault(node => node.Outputs.Contains(output.Name));
        var wire = WireOf(output.Name);
        switch (maker is null ? wire : wire.Sequence(new NodeContext(this, maker, [])) ?? wire)
        {
            case StreamWire stream:
                stream = (StreamWire)Evenly(output.Name, Aligner.WithoutLead(stream));
                Graph.Outputs.Add(new StepOutput(output.Name, GivenValue(output.Name, stream), stream.Clock,
                    CallerShape(stream.FullShape, stream.Axis), stream.Axis)
                {
                    Tail = RecordingEnd.IsKnown(this)
                        ? Math.Max(0, RecordingEnd.Tail(Analysis, stream, output.Name, Graph.InputRate)) : 0,
                });
                break;
            case LatestWire latest:
                Evenly(output.Name, latest);
                var shape = !_isStep && Analysis.TimeAxes.Count > 0 ? WithoutBatch(latest.Value.Shape) : latest.Value.Shape;
                var clock = _windowOutputs ?? latest.Clock;
                Graph.Outputs.Add(new StepOutput(output.Name, GivenValue(output.Name, latest), clock, shape, null));
                break;
            case var other:
                throw other.NoOutput(maker, output.Name);
        }
    }

    private void RequireChunk(string name, Clock clock)
    {
        if (clock.Rate % CallSteps == 0 || CallSteps % clock.Rate == 0)
            return;

        var common = (int)BigInteger.GreatestCommonDivisor(clock.Rate, Graph.InputRate);
        var (elements, inputs) = (Graph.InputRate / common, clock.Rate / common);
        throw new EdgeSeqException(ErrorCodes.OptionInvalid,
            $"{(Options.Chunk > 1 ? $"--chunk {Options.Chunk}: " : "")}output '{name}' comes "
            + (elements == 1 ? $"every {inputs} elements" : $"{elements} times every {inputs} elements"),
            $"give --chunk {inputs} or a multiple of it");
    }

    private void KeepStates(IReadOnlyList<StatePair> states)
    {
        var updates = new List<StateUpdate>();
        foreach (var pair in states.Where(pair => _wires.GetValueOrDefault(pair.Input) is not RingWire))
        {
            if (_wires.GetValueOrDefault(pair.Input) is CacheWire cache)
            {
                var follows = WireOf(pair.Output) is StreamWire kept && kept.Axis == cache.Axis;
                if (!follows)
                {
                    throw new EdgeSeqException(ErrorCodes.StatePairInvalid,
                        $"output '{pair.Output}' is not state input '{pair.Input}' with this step's element behind it",
                            Unpaired(pair));
                }

                continue;
            }

            var state = ((LatestWire)_wires[pair.Input]).Value;
            if (WireOf(pair.Output) is not LatestWire next || next.Value.Length != state.Length || next.Value.Type != state.Type)
            {
                throw new EdgeSeqException(ErrorCodes.StatePairInvalid,
                    $"output '{pair.Output}' does not have the shape of state input '{pair.Input}'",
                    Unpaired(pair));
            }

            updates.Add(new StateUpdate($"{pair.Output} → {pair.Input}", next.Clock, Graph.Kept(next.Value, next.Clock), state));
        }

        Graph.AddUpdates(updates);
    }

    private static string Unpaired(StatePair pair) =>
        $"give --state none if '{pair.Input}' is data; else export the model so that its next value is an output of its shape";

    /// <summary>One element as the caller sees it: without the time axis, and without a batch axis of 1 in front.</summary>
    private static int[] CallerShape(int[] full, int timeAxis) => WithoutBatch(Shapes.Without(full, timeAxis));

    private static int[] WithoutBatch(int[] shape) => shape.Length > 1 && shape[0] == 1 ? shape[1..] : shape;
}
