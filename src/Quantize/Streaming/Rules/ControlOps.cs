using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// Loop, which Scan has become. Along time the carried values are state and the body runs once an element; over static shapes it is
/// repeated. Loops of constant count that do not walk along a tensor were unrolled before.
/// </summary>
internal static class ControlOps
{
    private const int MaxRepeats = 1024;

    /// <summary>Inputs of a Loop and of its body before what is carried.</summary>
    private const int FirstState = 2;

    public static void Register(OpTable table)
    {
        table.AddControl("If", c => throw c.Refuse("its condition is computed at run time and its branches may give different shapes",
            ConditionHint.Of(c)),
                "one branch where the condition is known when converting; else both branches and a selection between equal shapes");
        table.AddControl("Loop", Loop, "along time: what the body carries becomes state; loops of a constant count are written out");
    }

    private static Wire?[] Loop(NodeContext c)
    {
        var body = c.Node.Graph("body");
        if (!LoopBody.RunsToTheEnd(c.Analysis.Graph, c.Node) || c.Constant(0) is not { Count: 1 } trips)
        {
            throw c.Refuse("its number of iterations is computed at run time",
                "export a loop over a constant count or over the whole sequence");
        }

        var sources = LoopBody.Steps(body).Where(gather => c.Outer(gather.Inputs[0]) is not ConstantWire { VariesWithTime: false })
            .Select(gather =>
            new ScanSource(gather.Outputs[0], gather.Inputs[0], c.Outer(gather.Inputs[0]),
            Shapes.Axis(gather.Int("axis", 0), c.Analysis.Shape(gather.Inputs[0]).Length))).ToArray();
        var wholeLength = sources.Length > 0 && sources.All(source => c.Analysis.Shape(source.Outer)[source.Axis] == trips.ToInts()[0]);
        if (!wholeLength)
            throw c.Refuse("it does not walk along whole sequences", "export a loop over a constant count or over the whole sequence");

        var states = body.Inputs.Count - FirstState;
        string[] carried = [.. body.Inputs.Skip(FirstState).Select(input => input.Name)];
        return Run(c, new LoopParts(body, carried, sources, body.Outputs.Count - 1 - states));
    }

    private static Wire?[] Run(NodeContext c, LoopParts parts)
    {
        if (parts.Sources.Any(source => source.Wire is StreamWire stream && stream.Axis == source.Axis))
            return AlongTime(c, parts);

        return parts.Sources.All(source => source.Wire is LatestWire or ConstantWire)
            ? Repeated(c, parts)
            : throw c.Refuse("it walks along an axis other than time of a sequence", Refusal.UseWindow);
    }

    /// <summary>One iteration an element: what is carried from one to the next is state.</summary>
    private static Wire?[] AlongTime(NodeContext c, LoopParts parts)
    {
        if (parts.Sources.Any(source => source.Wire is StreamWire stream && stream.Axis != source.Axis))
            throw c.Refuse("it walks along time of one sequence and along another axis of a second", Refusal.UseWindow);

        c.TimeIsOfRecurrence();
        var starts = Enumerable.Range(FirstState, parts.Carried.Length)
            .Select(i => InitialValue.Starts(c.Input(i)) ? c.Input(i) : null);
        var aligned = c.Aligner.Align(c.Node, [.. parts.Sources.Select(source => source.Wire), .. starts]);
        var clock = aligned.Clock;
        var loop = new LoopWires(c, parts.Body, clock);
        var states = parts.Carried.Select((name, s) =>
            InitialState(c, loop, name, FirstState + s, aligned.Wires[parts.Sources.Length + s] as LatestWire, clock)).ToArray();
        for (var k = 0; k < parts.Sources.Length; k++)
        {
            var source = parts.Sources[k];
            var element = aligned.Wires[k] is ConstantWire table ? TimeTables.Row(c, table, source.Axis, clock) : aligned.Wires[k]!;
            var value = element is StepWire step ? step.Value
                : c.Graph.Constant(source.Outer, ((ConstantWire)element).Tensor.StepData(), ((ConstantWire)element).Tensor.StepShape());
            loop.Bind(source.Name, value.View(Shapes.Without(value.Shape, source.Axis)), c.Analysis.Type(source.Outer).ElementType);
        }

        BindCounter(c, loop, parts, clock);
        var outputs = loop.Run()[1..];
        for (var s = 0; s < states.Length; s++)
        {
            if (outputs[s].Length != states[s].Length)
            {
                throw c.Refuse($"what it carries ('{parts.Carried[s]}') grows from one iteration to the next",
                    "stack what each iteration gives, in a list or as an output of the loop");
            }
        }

        c.Graph.AddUpdates(states.Select((state, s) => new StateUpdate($"{c.Node.Name}.{parts.Carried[s]}", clock, outputs[s], state)));
        return [.. outputs.Select((value, k) => k < states.Length
            ? (Wire)new LatestWire(value, clock)
            : Stacked(c, value, k, clock))];
    }

    private static StreamWire Stacked(NodeContext c, StepValue value, int output, Clock clock)
    {
        var full = c.Uses(output) ? c.FullShape(output) : [1, .. value.Shape];
        return new StreamWire(value.View([1, .. value.Shape]), clock, 0, full);
    }

    private static StepValue InitialState(NodeContext c, LoopWires loop, string name, int input, LatestWire? start, Clock clock)
    {
        if (start is not null)
        {
            var computed = c.Graph.State($"{c.Node.Name}.{name}", start.Value.Type, start.Value.Shape);
            InitialValue.Set(c.LoweringFor(clock), computed, start.Value);
            loop.Bind(name, computed, c.Analysis.Type(c.Node.Inputs[input]).ElementType);
            return computed;
        }

        var initial = c.Input(input) is ConstantWire { VariesWithTime: false } constant
            ? constant.Tensor
            : throw c.Refuse(
            $"what it carries from one iteration to the next ('{name}') starts with a value that depends on the whole sequence",
            "start from constants, an input without a time axis, or the first element");
        var state = c.Graph.State($"{c.Node.Name}.{name}", initial.ElementType.StepType(), initial.StepShape(), initial.StepData());
        loop.Bind(name, state, initial.ElementType);
        return state;
    }

    /// <summary>The number of the iteration is that of the element.</summary>
    private static void BindCounter(NodeContext c, LoopWires loop, LoopParts parts, Clock clock)
    {
        var iteration = c.Graph.Arena($"{c.Node.Name}.iteration", ElementType.I64, []);
        c.Graph.Add("StepCount", c.Node.Name, clock, [], [iteration]);
        loop.Bind(parts.Counter, iteration, OnnxElementType.Int64);
        loop.Bind(parts.Condition, OnnxTensor.Scalar(true));
    }

    /// <summary>Over static shapes: one copy of the body an element.</summary>
    private static Wire?[] Repeated(NodeContext c, LoopParts parts)
    {
        var wires = c.Aligner.AlignLatest([.. parts.Sources.Select(source => source.Wire),
            .. Enumerable.Range(0, parts.Carried.Length).Select(s => c.Input(FirstState + s))]);
        var lowering = c.LoweringFor(wires.Clock);
        var operands = wires.Wires.Select((wire, i) => wire is LatestWire latest ? StepOperand.Of(latest.Value)
            : wire is ConstantWire constant ? StepOperand.Of(constant.Tensor)
            : throw c.Refuse("it carries a sequence from one iteration to the next", Refusal.UseWindow)).ToArray();
        var count = c.Analysis.Shape(parts.Sources[0].Outer)[parts.Sources[0].Axis];
        if (count > MaxRepeats)
            throw c.Refuse($"it repeats its body {count} times; at most {MaxRepeats} are written out");

        var carried = Enumerable.Range(0, parts.Carried.Length)
            .Select(s => lowering.Value(operands[parts.Sources.Length + s], parts.Carried[s])).ToArray();
        var types = Enumerable.Range(0, parts.Carried.Length).Select(s => c.Analysis.Type(c.Node.Inputs[FirstState + s]).ElementType)
            .ToArray();
        var stacked = Enumerable.Range(carried.Length, parts.Stacked).Select(k => c.Uses(k)
            ? lowering.New(c.FullShape(k), c.Analysis.Type(c.Node.Outputs[k]).ElementType.StepType()) : null).ToArray();
        for (var i = 0; i < count; i++)
        {
            var loop = new LoopWires(c, parts.Body, wires.Clock);
            for (var s = 0; s < carried.Length; s++)
                loop.Bind(parts.Carried[s], carried[s], types[s]);

            for (var k = 0; k < parts.Sources.Length; k++)
            {
                var source = parts.Sources[k];
                loop.Bind(source.Name, Element(lowering, operands[k], source.Axis, i).Value!, c.Analysis.Type(source.Outer).ElementType);
            }

            loop.Bind(parts.Counter, OnnxTensor.Scalar((long)i));
            loop.Bind(parts.Condition, OnnxTensor.Scalar(true));
            var outputs = loop.Run()[1..];
            carried = outputs[..carried.Length];
            for (var k = 0; k < stacked.Length; k++)
            {
                Put(lowering, outputs[carried.Length + k], stacked[k], i);
            }
        }

        return [.. carried.Concat(stacked.Select(value => value?.Value))
            .Select(value => value is null ? null : new LatestWire(value, wires.Clock))];
    }

    private static StepOperand Element(Lowering c, StepOperand x, int axis, int index)
    {
        var strides = Shapes.Strides(x.Shape);
        return StepMoves.CopyStrided(c, x, Shapes.Without(x.Shape, axis), index * strides[axis], Shapes.Without(strides, axis));
    }

    private static void Put(Lowering c, StepValue element, StepOperand? whole, int index)
    {
        if (whole is not null)
        {
            var strides = Shapes.Strides(whole.Shape);
            StepMoves.CopyInto(c, element, whole.Value!, element.Shape, 0, Shapes.Strides(element.Shape), index * strides[0],
                strides[1..]);
        }
    }

    /// <summary>A tensor that the loop walks along.</summary>
    /// <param name="Name">The wire of the body that holds its element.</param>
    /// <param name="Outer">The wire around the loop.</param>
    private sealed record ScanSource(string Name, string Outer, Wire Wire, int Axis);

    /// <summary>A loop in parts.</summary>
    /// <param name="Carried">Inputs of the body that are carried from one iteration to the next.</param>
    /// <param name="Stacked">How many of its results are stacked, behind those that it carries.</param>
    private sealed record LoopParts(OnnxGraph Body, string[] Carried, ScanSource[] Sources, int Stacked)
    {
        /// <summary>The body's input for the iteration's number.</summary>
        public string Counter => Body.Inputs[0].Name;

        public string Condition => Body.Inputs[1].Name;
    }
}
