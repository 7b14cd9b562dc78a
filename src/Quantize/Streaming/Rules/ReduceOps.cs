using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming.Attention;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Reductions and scans. Over time they keep a running state: the sum so far, the largest so far.</summary>
internal static class ReduceOps
{
    private static readonly string[] Functions = ["Sum", "Mean", "Max", "Min", "Prod", "SumSquare", "L1", "L2", "LogSum", "LogSumExp"];

    public static void Register(OpTable table)
    {
        foreach (var function in Functions)
        {
            table.Add($"Reduce{function}", c => [Reduce(c, function)], c => StreamReduce(c, function),
                "along axes other than time; over time, a running value");
        }

        table.Add("GlobalAveragePool", c => [Reduce(c, "Mean")], c => StreamReduce(c, "Mean"), "running mean over time");
        table.Add("GlobalMaxPool", c => [Reduce(c, "Max")], c => StreamReduce(c, "Max"), "running maximum over time");
        table.Add("ArgMax", c => ArgReduce(c, "ArgMax"), StreamArgReduce, "along axes other than time");
        table.Add("ArgMin", c => ArgReduce(c, "ArgMin"), StreamArgReduce, "along axes other than time");
        table.Add("CumSum", CumSum, StreamCumSum, "along axes other than time; over time, a running sum");
        table.Add("TopK", TopK, StreamTopK, "along axes other than time");
    }

    /// <summary>Reduces the given axes one after the other (neighbouring ones at once); the result has the reduced axes as 1.</summary>
    /// <remarks>Integers are reduced as floats, which hold them up to 2²⁴.</remarks>
    public static StepOperand ReduceAxes(Lowering c, StepOperand x, int[] axes, string function)
    {
        x = StepArithmetic.Cast(c, x, ElementType.F32);
        foreach (var (first, last) in Runs(axes))
        {
            int outer = Shapes.Product(x.Shape, 0, first), count = Shapes.Product(x.Shape, first, last + 1);
            var inner = Shapes.Product(x.Shape, last + 1, x.Shape.Length);
            int[] shape = [.. x.Shape.Select((dim, i) => i >= first && i <= last ? 1 : dim)];
            var y = c.New(shape);
            c.Add("Reduce", [c.Value(x, $"{c.Node.Name}.x")], [y.Value], ("fn", function), ("outer", outer), ("count", count),
                ("inner", inner));
            x = y;
        }

        return x;
    }

    /// <summary>The axes an op reduces: an attribute in old opsets, an input in new ones; none means all.</summary>
    public static int[] Axes(OnnxNode node, OnnxTensor? input, int rank)
    {
        if (node.OpType.StartsWith("Global", StringComparison.Ordinal))
            return [.. Enumerable.Range(2, rank - 2)];

        var axes = node.Ints("axes") ?? input?.ToInts();
        if (axes is null or { Count: 0 })
            return node.Int("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, rank)];

        return [.. axes.Select(axis => Shapes.Axis(axis, rank)).Order()];
    }

    /// <summary>Reduces all elements along the axes at once, as functions need that do not compose; the result has the reduced axes as
    /// 1.</summary>
    public static StepOperand ReduceTogether(Lowering c, StepOperand x, int[] axes, string function)
    {
        int[] shape = [.. x.Shape.Select((dim, i) => axes.Contains(i) ? 1 : dim)];
        if (Runs(axes).Count() <= 1)
            return ReduceAxes(c, x, axes, function);

        // Axes that are not neighbours are brought to the end first.
        int[] order = [.. Enumerable.Range(0, x.Shape.Length).Except(axes), .. axes];
        var moved = StepMoves.Transpose(c, x, order);
        int[] last = [.. Enumerable.Range(order.Length - axes.Length, axes.Length)];
        return ReduceAxes(c, moved, last, function).Reshaped(shape);
    }

    /// <summary>The sum, mean, largest, smallest or product of all elements so far.</summary>
    public static StepOperand RunningValue(Lowering c, StepOperand element, string function)
    {
        // Sums carry a compensation, so that no stream is too long for them.
        int[] kept = function is "max" or "min" or "prod" ? [element.Length] : [2, element.Length];
        var state = c.Graph.State($"{c.Node.Name}.{function}", ElementType.F32, kept);
        var y = c.New(element.Shape);
        c.Add("Running", [element.Value, state], [y.Value], ("fn", function), ("size", element.Length));
        return y;
    }

    private static StepOperand Reduce(Lowering c, string function)
    {
        var x = c.Operand(0);
        var y = ReduceTogether(c, x, Axes(c.Node, c.Has(1) ? c.RequireConstant(1, "axes") : null, x.Shape.Length), function)
            .Reshaped(c.OutputShape());
        return StepArithmetic.Cast(c, y, c.OutputType());
    }

    private static IEnumerable<(int First, int Last)> Runs(int[] axes)
    {
        for (var i = 0; i < axes.Length;)
        {
            var start = i;
            while (++i < axes.Length && axes[i] == axes[i - 1] + 1)
            {
            }

            yield return (axes[start], axes[i - 1]);
        }
    }

    private static Wire?[] StreamReduce(NodeContext c, string function)
    {
        if (c.Input(1) is not (null or ConstantWire))
            throw c.Refuse("its axes are computed at run time", "export the model with constant axes");

        if (AttentionWires.TryReduce(c, Axes(c.Node, c.Constant(1), c.FullInputShape(0).Length)) is Wire attention)
            return [attention];

        var stream = c.Stream(0) ?? throw c.Refuse("it reduces attention scores");
        var axes = Axes(c.Node, c.Constant(1), stream.FullShape.Length);
        if (!axes.Contains(stream.Axis))
        {
            var keep = c.Node.OpType.StartsWith("Global", StringComparison.Ordinal) || c.Node.Int("keepdims", 1) != 0;
            return c.Track(keep ? stream.Axis : stream.Axis - axes.Count(axis => axis < stream.Axis));
        }

        if (stream.Lead == 0 && c.Tail(stream) > 0 && WithEnd(c, stream, axes, function) is { } withEnd)
            return [withEnd];

        c.RequireNoTail(stream, "it reduces over all time");
        if (stream.Lead > 0)
        {
            stream = c.Aligner.WithoutLead(stream);
            c.RequireNoTail(stream, "it reduces over all time including padding");
        }

        return [Running(c, stream, axes, function)];
    }

    /// <summary>
    /// First the other axes of each element, then over time, then what follows the sum. Every element has the same size, so the mean
    /// of means is the mean.
    /// </summary>
    private static LatestWire Running(NodeContext c, StreamWire stream, int[] axes, string function)
    {
        var (each, running, after) = function switch
        {
            "Sum" => ("Sum", "sum", null),
            "Mean" => ("Mean", "mean", null),
            "Max" => ("Max", "max", null),
            "Min" => ("Min", "min", null),
            "Prod" => ("Prod", "prod", null),
            "SumSquare" => ("SumSquare", "sum", null),
            "L1" => ("L1", "sum", null),
            "L2" => ("SumSquare", "sum", "Sqrt"),
            "LogSum" => ("Sum", "sum", "Log"),
            _ => ("LogSumExp", "logsumexp", (string?)null),
        };
        var lowering = c.LoweringFor(stream.Clock);
        int[] others = [.. axes.Where(axis => axis != stream.Axis)];
        var reduces = others.Length > 0 || each is "SumSquare" or "L1";
        var element = reduces ? ReduceAxes(lowering, StepOperand.Of(stream.Value), others.Length > 0 ? others : [stream.Axis], each)
            : StepArithmetic.Cast(lowering, StepOperand.Of(stream.Value), ElementType.F32);
        var result = running == "logsumexp" ? RunningLogSumExp(lowering, element) : RunningValue(lowering, element, running);
        result = after is null ? result : StepArithmetic.Unary(lowering, result, after);
        result = StepArithmetic.Cast(lowering, result, c.Analysis.Type(c.Node.Outputs[0]).ElementType.StepType());
        return new LatestWire(result.Value!.View(c.FullShape()), stream.Clock);
    }

    /// <summary>The elements that are known for good, and those at the end of the prefix; null where these cannot be computed.</summary>
    private static LatestWire? WithEnd(NodeContext c, StreamWire stream, int[] axes, string function)
    {
        var count = c.Tail(stream);
        if (function is not ("Sum" or "Mean" or "Max" or "Min" or "Prod" or "SumSquare") || stream.Clock.Rate != c.Graph.InputRate
            || PrefixEnd.Last(c, c.Node.Inputs[0], count) is not { } end)
        {
            return null;
        }

        var (each, running, both) = function switch
        {
            "Sum" or "Mean" => ("Sum", "sum", "Add"),
            "SumSquare" => ("SumSquare", "sum", "Add"),
            "Prod" => ("Prod", "prod", "Mul"),
            _ => (function, function.ToLowerInvariant(), function),
        };
        var known = c.LoweringFor(stream.Clock);
        var soFar = RunningValue(known, ReduceAxes(known, StepOperand.Of(stream.Value), axes, each), running);
        var lowering = c.LoweringFor(end.Clock.Offset > stream.Clock.Offset ? end.Clock : stream.Clock);
        var result = StepArithmetic.Binary(lowering, both, soFar, ReduceAxes(lowering, StepOperand.Of(end.Value), axes, each));
        if (function == "Mean")
        {
            var others = Shapes.Count(stream.Value.Shape) / Shapes.Count(soFar.Shape);
            var elements = lowering.New([1], name: $"{c.Node.Name}.count");
            var perStep = (double)others / c.Graph.InputRate;
            lowering.Add("StepCount", [], [elements.Value], ("scale", (float)perStep),
                ("offset", (float)(others * (count + 1) - perStep * (stream.Clock.Offset + 1))));
            result = StepArithmetic.Binary(lowering, "Div", result, elements);
        }

        result = StepArithmetic.Cast(lowering, result, c.Analysis.Type(c.Node.Outputs[0]).ElementType.StepType());
        return new LatestWire(result.Value!.View(c.FullShape()), lowering.Clock);
    }

    /// <summary>The largest element so far plus the logarithm of the sum of exponentials relative to it, as online softmax keeps
    /// them.</summary>
    private static StepOperand RunningLogSumExp(Lowering c, StepOperand element)
    {
        var state = c.Graph.State($"{c.Node.Name}.softmax", ElementType.F32, [element.Length, 3]);
        c.Add("AttentionPool", [element.Value, element.Value, state], [c.New(element.Shape).Value], ("heads", element.Length), ("size", 1));
        var largest = StepMoves.CopyStrided(c, StepOperand.Of(state), element.Shape, 0, StatesOf(element));
        var sum = StepMoves.CopyStrided(c, StepOperand.Of(state), element.Shape, 1, StatesOf(element));
        return StepArithmetic.Binary(c, "Add", largest, StepArithmetic.Unary(c, sum, "Log"));

        static int[] StatesOf(StepOperand element) => [.. Shapes.Strides(element.Shape).Select(stride => 3 * stride)];
    }

    private static StepOperand?[] ArgReduce(Lowering c, string function)
    {
        var shape = c.Shape(0);
        var axis = Shapes.Axis(c.Node.Int("axis", 0), shape.Length);
        var y = c.New(c.OutputShape(), ElementType.I64);
        c.Add("ArgReduce", [c.In(0)], [y.Value], ("fn", function), ("selectLast", (int)c.Node.Int("select_last_index", 0)),
            ("outer", Shapes.Product(shape, 0, axis)), ("count", shape[axis]), ("inner", Shapes.Product(shape, axis + 1, shape.Length)));
        return [y];
    }

    private static Wire?[] StreamArgReduce(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("it searches attention scores");
        var axis = Shapes.Axis(c.Node.Int("axis", 0), stream.FullShape.Length);
        if (axis == stream.Axis)
            throw c.NotCausal("it searches along time");

        return c.Track(c.Node.Int("keepdims", 1) != 0 || stream.Axis < axis ? stream.Axis : stream.Axis - 1);
    }

    private static StepOperand?[] CumSum(Lowering c)
    {
        var shape = c.Shape(0);
        var axis = Shapes.Axis(c.RequireConstant(1, "axis").ToInts()[0], shape.Length);
        var y = c.NewOutput();
        c.Add("CumSum", [c.In(0)], [y.Value], ("outer", Shapes.Product(shape, 0, axis)), ("count", shape[axis]),
            ("inner", Shapes.Product(shape, axis + 1, shape.Length)), ("exclusive", (int)c.Node.Int("exclusive", 0)),
                ("reverse", (int)c.Node.Int("reverse", 0)));
        return [y];
    }

    private static Wire?[] StreamCumSum(NodeContext c)
    {
        var stream = c.Aligner.WithoutLead(c.Stream(0)!);
        var axis = Shapes.Axis((c.Constant(1) ?? throw c.Refuse("its axis is computed at run time")).ToInts()[0], stream.FullShape.Length);
        if (axis != stream.Axis)
            return c.Track(stream.Axis);

        if (c.Node.Int("reverse", 0) != 0)
            throw c.NotCausal("it sums along time from the end");

        var lowering = c.LoweringFor(stream.Clock);
        var sum = RunningValue(lowering, StepArithmetic.Cast(lowering, StepOperand.Of(stream.Value), ElementType.F32), "sum");
        var sums = stream with { Value = StepArithmetic.Cast(lowering, sum, stream.Value.Type).Value! };
        Array zeros = stream.Value.Type == ElementType.F32 ? new float[sum.Length] : new long[sum.Length];
        return [c.Node.Int("exclusive", 0) != 0 ? c.Aligner.Prepend(sums, zeros) with { FullShape = sums.FullShape } : sums];
    }

    private static StepOperand?[] TopK(Lowering c)
    {
        if (c.In(0).Type != ElementType.F32)
            throw c.Refuse("it orders integers", "cast them to float32 before, which holds integers up to 16,777,216");
        var shape = c.Shape(0);
        var axis = Shapes.Axis(c.Node.Int("axis", -1), shape.Length);
        var values = c.New(c.OutputShape(0), name: c.Node.Outputs[0]);
        var indices = c.New(c.OutputShape(1), ElementType.I64, c.Node.Outputs[1]);
        c.Add("TopK", [c.In(0)], [values.Value, indices.Value], ("outer", Shapes.Product(shape, 0, axis)), ("count", shape[axis]),
            ("inner", Shapes.Product(shape, axis + 1, shape.Length)), ("k", c.OutputShape()[axis]),
                ("largest", (int)c.Node.Int("largest", 1)));
        return [values, indices];
    }

    private static Wire?[] StreamTopK(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("it searches attention scores");
        return Shapes.Axis(c.Node.Int("axis", -1), stream.FullShape.Length) == stream.Axis
            ? throw c.NotCausal("it searches along time")
            : c.Track(stream.Axis);
    }
}
