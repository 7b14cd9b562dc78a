using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// Loop and Scan. Along time the carried values are state and the body runs once an element; over static shapes it is repeated. Loops of
/// constant count that do not walk along a tensor were unrolled before.
/// </summary>
internal static class ControlOps
{
    private const int MaxRepeats = 1024;

    public static void Register(OpTable table)
    {
        table.AddControl("If", c => throw c.Refuse("its condition is computed at run time and its branches may give different shapes",
            ConditionHint.Of(c)),
                "one branch where the condition is known when converting; else both branches and a selection between equal shapes");
        table.AddControl("Scan", Scan, "along time: what the body carries becomes state; other loops are written out");
        table.AddControl("Loop", Loop, "along time: what the body carries becomes state; loops of a constant count are written out");
    }

    private static Wire?[] Scan(NodeContext c)
    {
        var body = c.Node.Graph("body");
        int scanned = (int)c.Node.Int("num_scan_inputs"), states = c.InputCount - scanned;
        var sources = Enumerable.Range(0, scanned).Select(k =>
        {
            var rank = c.FullInputShape(states + k).Length;
            return new ScanSource(body.Inputs[states + k].Name, c.Node.Inputs[states + k], c.Input(states + k)!,
                Shapes.Axis(At("scan_input_axes", k), rank), At("scan_input_directions", k) != 0);
        }).ToArray();
        string[] carried = [.. body.Inputs.Take(states).Select(input => input.Name)];
        var axes = Enumerable.Range(0, body.Outputs.Count - states).Select(k =>
            At("scan_output_directions", k) == 0 ? (int)At("scan_output_axes", k) : throw c.NotCausal("it writes its outputs from the end"))
            .ToArray();
        return Run(c, new LoopParts(body, carried, 0, sources, axes));

        long At(string attribute, int k) => c.Node.Ints(attribute) is { } values && k < values.Count ? values[k] : 0;
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
            Shapes.Axis(gather.Int("axis", 0), c.Analysis.Shape(gather.Inputs[0]).Length), false)).ToArray();
        var wholeLength = sources.Length > 0 && sources.All(source => c.Analysis.Shape(source.Outer)[source.Axis] == trips.ToInts()[0]);
        if (!wholeLength)
            throw c.Refuse("it does not walk along whole sequences", "export a loop over a constant count or over the whole sequence");

        var states = body.Inputs.Count - 2;
        string[] carried = [.. body.Inputs.Skip(2).Select(input => input.Name)];
        return Run(c, new LoopParts(body, carried, 2, sources,
            [.. Enumerable.Repeat(0, body.Outputs.Count - 1 - states)])
        { Counter = body.Inputs[0].Name, Condition = body.Inputs[1].Name });
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
        if (parts.Sources.FirstOrDefault(source => source.Reversed || source.Wire is StreamWire stream
            && stream.Axis != source.Axis) is not null)
        {
            throw c.NotCausal("it walks along the sequence from its end");
        }

        c.TimeIsOfRecurrence();
        var starts = Enumerable.Range(parts.FirstState, parts.Carried.Length)
            .Select(i => InitialValue.Starts(c.Input(i)) ? c.Input(i) : null);
        var aligned = c.Aligner.Align(c.Node, [.. parts.Sources.Select(source => source.Wire), .. starts]);
        var clock = aligned.Clock;
        var loop = new LoopWires(c, parts.Body, clock);
        var states = parts.Carried.Select((name, s) =>
            InitialState(c, loop, name, parts.FirstState + s, aligned.Wires[parts.Sources.Length + s] as LatestWire, clock)).ToArray();
        for (var k = 0; k < parts.Sources.Length; k++)
        {
            var source = parts.Sources[k];
            var element = aligned.Wires[k] is ConstantWire table ? TimeTables.Row(c, table, source.Axis, clock) : aligned.Wires[k]!;
            var value = element is StepWire step ? step.Value
                : c.Graph.Constant(source.Outer, ((ConstantWire)element).Tensor.StepData(), ((ConstantWire)element).Tensor.StepShape());
            loop.Bind(source.Name, value.View(Shapes.Without(value.Shape, source.Axis)), c.Analysis.Value(source.Outer).ElementType);
        }

        BindCounter(c, loop, parts, clock);
        var outputs = loop.Run()[parts.FirstOutput..];
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
            : Stacked(c, value, k, Shapes.Axis(parts.OutputAxes[k - states.Length], value.Shape.Length + 1), clock))];
    }

    private static StreamWire Stacked(NodeContext c, StepValue value, int output, int axis, Clock clock)
    {
        var full = c.Uses(output) ? c.FullShape(output) : [.. value.Shape[..axis], 1, .. value.Shape[axis..]];
        return new StreamWire(value.View([.. value.Shape[..axis], 1, .. value.Shape[axis..]]), clock, axis, full);
    }

    private static StepValue InitialState(NodeContext c, LoopWires loop, string name, int input, LatestWire? start, Clock clock)
    {
        if (start is not null)
        {
            var computed = c.Graph.State($"{c.Node.Name}.{name}", start.Value.Type, start.Value.Shape);
            InitialValue.Set(c.LoweringFor(clock), computed, start.Value);
            loop.Bind(name, computed, c.Analysis.Value(c.Node.Inputs[input]).ElementType);
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
        if (parts.Counter is null)
            return;

        var iteration = c.Graph.Arena($"{c.Node.Name}.iteration", ElementType.I64, []);
        c.Graph.Add("StepCount", c.Node.Name, clock, [], [iteration]);
        loop.Bind(parts.Counter, iteration, OnnxElementType.Int64);
        loop.Bind(parts.Condition!, OnnxTensor.Scalar(true));
    }

    /// <summary>Over static shapes: one copy of the body an element.</summary>
    private static Wire?[] Repeated(NodeContext c, LoopParts parts)
    {
        var wires = c.Aligner.AlignLatest([.. parts.Sources.Select(source => source.Wire),
            .. Enumerable.Range(0, parts.Carried.Length).Select(s => c.Input(parts.FirstState + s))]);
        var lowering = c.LoweringFor(wires.Clock);
        var operands = wires.Wires.Select((wire, i) => wire is LatestWire latest ? StepOperand.Of(latest.Value)
            : wire is ConstantWire constant ? StepOperand.Of(constant.Tensor)
            : throw c.Refuse("it carries a sequence from one iteration to the next", Refusal.UseWindow)).ToArray();
        var count = c.Analysis.Shape(parts.Sources[0].Outer)[parts.Sources[0].Axis];
        if (count > MaxRepeats)
            throw c.Refuse($"it repeats its body {count} times; at most {MaxRepeats} are written out");

        var carried = Enumerable.Range(0, parts.Carried.Length)
            .Select(s => lowering.Value(operands[parts.Sources.Length + s], parts.Carried[s])).ToArray();
        var types = Enumerable.Range(0, parts.Carried.Length).Select(s => c.Analysis.Value(c.Node.Inputs[parts.FirstState + s]).ElementType)
            .ToArray();
        var stacked = parts.OutputAxes.Select((_, k) => c.Uses(carried.Length + k) ? lowering.New(c.FullShape(carried.Length + k),
            c.Analysis.Value(c.Node.Outputs[carried.Length + k]).ElementType.StepType()) : null).ToArray();
        for (var i = 0; i < count; i++)
        {
            var loop = new LoopWires(c, parts.Body, wires.Clock);
            for (var s = 0; s < carried.Length; s++)
                loop.Bind(parts.Carried[s], carried[s], types[s]);

            for (var k = 0; k < parts.Sources.Length; k++)
            {
                var source = parts.Sources[k];
                loop.Bind(source.Name, Element(lowering, operands[k], source.Axis, source.Reversed ? count - 1 - i : i).Value!,
                    c.Analysis.Value(source.Outer).ElementType);
            }

            if (parts.Counter is not null)
            {
                loop.Bind(parts.Counter, OnnxTensor.Scalar((long)i));
                loop.Bind(parts.Condition!, OnnxTensor.Scalar(true));
            }

            var outputs = loop.Run()[parts.FirstOutput..];
            carried = outputs[..carried.Length];
            for (var k = 0; k < stacked.Length; k++)
            {
                Put(lowering, outputs[carried.Length + k], stacked[k],
                    Shapes.Axis(parts.OutputAxes[k], outputs[carried.Length + k].Shape.Length + 1), i);
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

    private static void Put(Lowering c, StepValue element, StepOperand? whole, int axis, int index)
    {
        if (whole is not null)
        {
            var strides = Shapes.Strides(whole.Shape);
            StepMoves.CopyInto(c, element, whole.Value!, element.Shape, 0, Shapes.Strides(element.Shape), index * strides[axis],
                Shapes.Without(strides, axis));
        }
    }

    /// <summary>A tensor that the loop walks along.</summary>
    /// <param name="Name">The wire of the body that holds its element.</param>
    /// <param name="Outer">The wire around the loop.</param>
    private sealed record ScanSource(string Name, string Outer, Wire Wire, int Axis, bool Reversed);

    /// <summary>A loop in parts.</summary>
    /// <param name="Carried">Inputs of the body that are carried from one iteration to the next.</param>
    /// <param name="FirstState">Input of the node that the first of them starts with.</param>
    /// <param name="OutputAxes">Axis along which each further output is stacked.</param>
    private sealed record LoopParts(OnnxGraph Body, string[] Carried, int FirstState, ScanSource[] Sources, int[] OutputAxes)
    {
        /// <summary>Loop only: the inputs of the body for the iteration's number and the condition.</summary>
        public string? Counter { get; init; }

        public string? Condition { get; init; }

        /// <summary>The body's first output that is carried on.</summary>
        public int FirstOutput => Counter is null ? 0 : 1;
    }
}
