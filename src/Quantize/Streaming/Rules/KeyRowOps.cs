using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming.Attention;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>What nodes make of rows of keys: elementwise ops on the row, reductions over the keys that there are so far, products with the
/// last values. Keys later than the query must have come to count for nothing by then.</summary>
internal static class KeyRowOps
{
    private static readonly HashSet<string> Moves = ["Flatten", "Reshape", "Squeeze", "Unsqueeze"];

    private static readonly Dictionary<string, float> Neutral = new()
    {
        ["ReduceL1"] = 0,
        ["ReduceL2"] = 0,
        ["ReduceMax"] = float.NegativeInfinity,
        ["ReduceSum"] = 0,
        ["ReduceSumSquare"] = 0,
    };

    /// <summary>What becomes of rows and of the wires that meet them; null where no rule says.</summary>
    public static Wire?[]? Continue(NodeContext c)
    {
        Wire?[] inputs = [.. Enumerable.Range(0, c.InputCount).Select(c.Input)];
        if (inputs.OfType<ScoresWire>().Any())
            c = c.With([.. inputs.Select(wire => wire is ScoresWire scores ? KeyRows.Of(c, scores) : wire)]);

        var at = Enumerable.Range(0, c.InputCount).First(i => c.Input(i) is KeyRowWire);
        var rows = (KeyRowWire)c.Input(at)!;
        var op = c.Node.OpType;
        return op switch
        {
            "MatMul" when at == 0 => [Product(c, rows)],
            "Softmax" => [Softmax(c, rows)],
            "Transpose" => [Transposed(c, rows)],
            _ when Moves.Contains(op) => [Reshaped(c, rows)],
            _ when Neutral.TryGetValue(op, out var neutral) => [Reduced(c, rows, neutral)],
            _ when KeyRowElements.AreTakenBy(c) => [KeyRowElements.Of(c)],
            _ => throw Refused(c),
        };
    }

    /// <summary>Rows as they enter a sum or a largest value: what is not there, or not yet, as a number that changes nothing.</summary>
    public static StepOperand Masked(NodeContext c, KeyRowWire rows, float neutral)
    {
        var hides = float.IsNegativeInfinity(neutral) ? rows.Later <= AttentionMask.Masked : rows.Later == neutral;
        if (!hides)
            throw c.NotCausal("attention sees later elements: no mask hides them");

        var lowering = c.LoweringFor(rows.Row.Clock);
        var shape = rows.Row.Value.Shape;
        int[] along = [.. shape.Select((_, axis) => axis == rows.KeyAxis ? rows.Keys : 1)];
        var there = StepOperand.Of(There(c, rows)).Reshaped(along);
        var y = lowering.New(shape, name: $"{c.Node.Name}.seen");
        lowering.Add("Where", [there.Value, rows.Row.Value, lowering.Value(StepArithmetic.Scalar(neutral), $"{c.Node.Name}.neutral")],
            [y.Value], ("shape", shape), ("cStrides", Shapes.BroadcastStrides(along, shape)),
            ("aStrides", Shapes.BroadcastStrides(shape, shape)), ("bStrides", new int[shape.Length]));
        return y;
    }

    public static EdgeSeqException Refused(NodeContext c) =>
        c.Refuse("it does with numbers for each query and key what no step can do with the newest query's", Refusal.UseWindow);

    /// <summary>Which of the kept keys have come, the newest last.</summary>
    private static StepValue There(NodeContext c, KeyRowWire rows) =>
        ((LatestWire)c.Memoised("keys so far", rows.Keys, rows.Row.Clock, () =>
        {
            var lowering = c.LoweringFor(rows.Row.Clock);
            var count = lowering.New([1], ElementType.I64, $"{c.Node.Name}.keys");
            lowering.Add("StepCount", [], [count.Value], ("start", 0));
            long[] distances = [.. Enumerable.Range(0, rows.Keys).Select(i => (long)(rows.Keys - 1 - i))];
            var there = StepArithmetic.Binary(lowering, "LessOrEqual", StepOperand.Of(OnnxTensor.FromInts(distances, rows.Keys)), count);
            return new LatestWire(there.Value!, rows.Row.Clock);
        })).Value;

    private static KeyRowWire Softmax(NodeContext c, KeyRowWire rows)
    {
        if (Shapes.Axis(c.Node.Int("axis", -1), rows.FullShape.Length) != rows.KeyAxis)
            throw Refused(c);

        var masked = Masked(c, rows, float.NegativeInfinity);
        return rows with { Row = rows.Row with { Value = Lowered(c, rows, [masked], rows.Row.Value.Shape) }, Later = 0 };
    }

    private static StreamWire Reduced(NodeContext c, KeyRowWire rows, float neutral)
    {
        var axes = c.Constant(1)?.ToInts() ?? [];
        if (axes.Length != 1 || Shapes.Axis(axes[0], rows.FullShape.Length) != rows.KeyAxis)
            throw Refused(c);

        var keeps = c.Node.Int("keepdims", 1) != 0;
        var axis = keeps || rows.KeyAxis > rows.QueryAxis ? rows.QueryAxis : rows.QueryAxis - 1;
        var y = Lowered(c, rows, [Masked(c, rows, neutral), StepOperand.Of(c.Constant(1)!)], Shapes.With(c.FullShape(), axis, 1));
        return new StreamWire(y, rows.Row.Clock, axis, c.FullShape());
    }

    /// <summary>Weights times the values of the last keys, or times values by position.</summary>
    private static StreamWire Product(NodeContext c, KeyRowWire rows)
    {
        var rank = rows.FullShape.Length;
        if (rows.KeyAxis != rank - 1)
            throw Refused(c);

        if (c.Input(1) is ConstantWire table)
        {
            var place = table.Tensor.Rank - rank + rows.QueryAxis;
            if (rows.QueryAxis >= rank - 2 || place < 0)
                throw Refused(c);

            var byDistance = PositionRows.ByDistance(c, table, place, table.Tensor.Rank - 2, rows.Keys);
            return Summed(c, rows, StepOperand.Of(byDistance), rows.QueryAxis);
        }

        if (c.Stream(1) is not { } values || values.FullShape.Length - values.Axis != 2 || rows.QueryAxis != rank - 2)
            throw Refused(c);

        var (aligned, _) = c.Aligner.Align(c.Node, [rows.Row, values]);
        var row = rows with { Row = (StreamWire)aligned[0]! };
        return Summed(c, row, StepOperand.Of(KeyRows.Last(c, (StreamWire)aligned[1]!, rows.Keys)), c.FullShape().Length - 2);
    }

    private static StreamWire Summed(NodeContext c, KeyRowWire rows, StepOperand values, int axis)
    {
        var y = Lowered(c, rows, [Masked(c, rows, 0), values], Shapes.With(c.FullShape(), axis, 1));
        return new StreamWire(y, rows.Row.Clock, axis, c.FullShape());
    }

    private static KeyRowWire Transposed(NodeContext c, KeyRowWire rows)
    {
        var order = Shapes.Permutation(c.Node.Ints("perm"), rows.FullShape.Length);
        int query = Array.IndexOf(order, rows.QueryAxis), key = Array.IndexOf(order, rows.KeyAxis);
        var moved = StepMoves.Transpose(c.LoweringFor(rows.Row.Clock), StepOperand.Of(rows.Row.Value), order);
        return Placed(c, rows, moved.Value!.View(moved.Shape), query, key);
    }

    private static KeyRowWire Reshaped(NodeContext c, KeyRowWire rows)
    {
        if (Shapes.ReshapedAxis(rows.FullShape, rows.QueryAxis, c.FullShape()) is not { } query
            || Shapes.ReshapedAxis(rows.FullShape, rows.KeyAxis, c.FullShape()) is not { } key)
        {
            throw Refused(c);
        }

        return Placed(c, rows, rows.Row.Value.View(Shapes.With(Shapes.With(c.FullShape(), query, 1), key, rows.Keys)), query, key);
    }

    private static KeyRowWire Placed(NodeContext c, KeyRowWire rows, StepValue value, int query, int key) => new(
        rows.Row with { Value = value, Axis = query, FullShape = Shapes.With(c.FullShape(), key, rows.Keys) }, key, c.FullShape(),
        rows.Later);

    private static StepValue Lowered(NodeContext c, KeyRowWire rows, StepOperand?[] operands, int[] shape)
    {
        var y = c.Lower(operands, rows.Row.Clock, [shape])[0]!;
        return y.Value!.Shape.AsSpan().SequenceEqual(shape) ? y.Value : y.Value.View(shape);
    }
}
