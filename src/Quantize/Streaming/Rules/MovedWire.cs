using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// Elements scaled and moved by values of the whole sequence (less their mean, times a gate): x · Scale + Offset, perhaps squared. They
/// change with every new element, so they are never computed; their mean or sum over time, and that of their squares, follows from running
/// moments of x.
/// </summary>
/// <param name="Scale">A value of the whole sequence; null: 1.</param>
/// <param name="Offset">A value of the whole sequence; null: 0.</param>
internal sealed record MovedWire(StreamWire Stream, StepOperand? Scale, StepOperand? Offset, bool Squared) : Wire
{
    private const string WhyNot = "earlier outputs would change with later inputs";

    public override string Description(int inputRate) => "part of a reduction over time";

    /// <summary>A sequence combined with a value of the whole sequence; null where the node does something else.</summary>
    public static Wire? TryOpen(NodeContext c)
    {
        var opens = c.InputCount == 2 && c.Node.OpType is "Add" or "Sub" or "Mul" or "Div"
            && Enumerable.Range(0, 2).Any(i => c.Stream(i) is not null && c.Input(1 - i) is LatestWire { Invariant: false });
        return opens && Enumerable.Range(0, 2).Select(c.Stream).First(stream => stream is not null) is { } stream
            && stream.FullShape.Length == c.FullShape().Length
            ? Combined(c, new MovedWire(stream, null, null, false), c.Stream(0) is not null ? 0 : 1)
            : null;
    }

    public override Wire?[] Continue(NodeContext c)
    {
        var at = Enumerable.Range(0, c.InputCount).First(i => c.Input(i) is MovedWire);
        var moved = (MovedWire)c.Input(at)!;
        return c.Node.OpType switch
        {
            "Identity" or "Cast" => [moved],
            "Mul" when !moved.Squared && Equals(c.Input(0), c.Input(1)) => [moved with { Squared = true }],
            "Pow" when at == 0 && !moved.Squared && c.Constant(1) is { Count: 1 } power && power.ToFloats()[0] == 2 =>
                [moved with { Squared = true }],
            "Add" or "Sub" or "Mul" or "Div" when c.InputCount == 2 && !moved.Squared => [Combined(c, moved, at)],
            "ReduceMean" or "ReduceSum" or "GlobalAveragePool" => [Reduced(c, moved)],
            _ => throw Refused(c),
        };
    }

    public override EdgeSeqException NoOutput(OnnxNode? node, string name) => node is null ? base.NoOutput(node, name)
        : Refusal.NotCausal(node, $"it combines every element of a sequence with a value of the whole sequence, so {WhyNot}");

    private static EdgeSeqException Refused(NodeContext c) => c.NotCausal(
        $"it reads elements that were combined with a value of the whole sequence, so {WhyNot}");

    /// <summary>x · scale + offset, scaled and moved once more.</summary>
    private static MovedWire Combined(NodeContext c, MovedWire moved, int at)
    {
        var other = c.Input(1 - at) switch
        {
            LatestWire latest when latest.Invariant || latest.Clock == moved.Stream.Clock => StepOperand.Of(latest.Value),
            ConstantWire constant when TimeTables.AtStep(c, constant) is var wire => wire is LatestWire row ? StepOperand.Of(row.Value)
                : StepOperand.Of(constant.Tensor),
            _ => throw Refused(c),
        };
        var axis = moved.Stream.Axis - moved.Stream.FullShape.Length + other.Shape.Length;
        if ((axis >= 0 && other.Shape[axis] != 1) || (c.Node.OpType == "Div" && at == 1))
            throw Refused(c);

        var lowering = c.LoweringFor(moved.Stream.Clock);
        StepOperand Both(string op, StepOperand a, StepOperand b) => StepArithmetic.Binary(lowering, op, a, b);
        switch (c.Node.OpType)
        {
            case "Add":
            case "Sub" when at == 0:
                var term = c.Node.OpType == "Add" ? other : Both("Mul", other, StepArithmetic.Scalar(-1));
                return moved with { Offset = moved.Offset is null ? term : Both("Add", moved.Offset, term) };
            case "Sub":
                var minus = StepArithmetic.Scalar(-1);
                return moved with
                {
                    Scale = moved.Scale is null ? minus : Both("Mul", moved.Scale, minus),
                    Offset = moved.Offset is null ? other : Both("Sub", other, moved.Offset),
                };
            default:
                return moved with
                {
                    Scale = Both(c.Node.OpType, moved.Scale ?? StepArithmetic.Scalar(1), other),
                    Offset = moved.Offset is null ? null : Both(c.Node.OpType, moved.Offset, other),
                };
        }
    }

    private static LatestWire Reduced(NodeContext c, MovedWire moved)
    {
        var stream = moved.Stream;
        var axes = ReduceOps.Axes(c.Node, c.Constant(1), stream.FullShape.Length);
        if (!axes.SequenceEqual([stream.Axis]))
            throw Refused(c);

        c.RequireNoTail(stream, "it reduces over all time");
        var lowering = c.LoweringFor(stream.Clock);
        StepOperand Both(string op, StepOperand a, StepOperand b) => StepArithmetic.Binary(lowering, op, a, b);
        var x = StepOperand.Of(stream.Value);
        var mean = ReduceOps.RunningValue(lowering, x, "mean");
        var result = moved.Scale is null ? mean : Both("Mul", mean, moved.Scale);
        result = moved.Offset is null ? result : Both("Add", result, moved.Offset);
        if (moved.Squared)
        {
            var variance = ReduceOps.RunningValue(lowering, Both("Mul", Both("Sub", x, Before(lowering, mean)), Both("Sub", x, mean)),
                "mean");
            variance = moved.Scale is null ? variance : Both("Mul", variance, Both("Mul", moved.Scale, moved.Scale));
            result = Both("Add", variance, Both("Mul", result, result));
        }

        if (c.Node.OpType == "ReduceSum")
        {
            var count = lowering.New([1], name: $"{c.Node.Name}.count");
            lowering.Add("StepCount", [], [count.Value], ("scale", 1f / stream.Clock.Rate),
                ("offset", 1f - (1f + stream.Clock.Offset) / stream.Clock.Rate));
            result = Both("Mul", result, count);
        }

        return new LatestWire(result.Value!.View(c.FullShape()), stream.Clock);
    }

    /// <summary>The mean at the tick before; zero at the first.</summary>
    private static StepOperand Before(Lowering c, StepOperand mean)
    {
        var last = c.Graph.State($"{c.Node.Name}.mean", mean.Value!.Type, mean.Shape);
        var before = StepOperand.Of(c.Graph.Kept(last, c.Clock));
        c.Graph.AddCopy($"{c.Node.Name}.mean", c.Clock, mean.Value, last);
        return before;
    }
}
