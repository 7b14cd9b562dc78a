using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming.Attention;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>How rows of keys come about, where nothing simpler has the form: attention scores spelled out, two sequences of which each
/// element meets each, a matrix of positions.</summary>
internal static class KeyRows
{
    private static readonly HashSet<string> Outer = ["Add", "Div", "Max", "Min", "Mul", "Sub"];

    /// <summary>What the node gives with rows in the place of what it was refused for; null where that is no way.</summary>
    public static Wire?[]? TryContinue(NodeContext c)
    {
        var inputs = Enumerable.Range(0, c.InputCount).Select(c.Input).ToArray();
        try
        {
            return inputs.OfType<ScoresWire>().Any() ? KeyRowOps.Continue(c)
                : IsOuter(c, inputs) ? KeyRowOps.Continue(c.With([Queries(c, inputs), inputs[1]]))
                : IsMatrix(c, inputs) ? KeyRowOps.Continue(c.With([Matrix(c, (ConstantWire)inputs[0]!, (StreamWire)inputs[1]!), inputs[1]]))
                : null;
        }
        catch (EdgeSeqException)
        {
            // The refusal that led here says more.
            return null;
        }
    }

    /// <summary>The last elements of a sequence along its axis, zeros before the first.</summary>
    public static StepValue Last(NodeContext c, StreamWire stream, int count)
    {
        var ready = c.Aligner.WithoutLead(stream);
        return SliceOps.Window(c, ready with { Lead = count - 1 }, count).Window;
    }

    /// <summary>Scores of the newest query.</summary>
    public static KeyRowWire Of(NodeContext c, ScoresWire scores)
    {
        if (scores.Query is not StreamWire query || scores.KeyBiases.Count > 0 || scores.Weighted is not null)
            throw KeyRowOps.Refused(c);

        var (aligned, clock) = c.Aligner.Align(c.Node, [query, scores.Key, .. scores.Divisors]);
        var keys = Context(c, scores.FullShape[scores.KeyAxis], clock);
        StepValue q = ((StreamWire)aligned[0]!).Value, k = Last(c, (StreamWire)aligned[1]!, keys);
        int[] target = Shapes.With(Shapes.With(scores.FullShape, scores.QueryAxis, 1), scores.KeyAxis, keys),
            product = [.. Broadcast(q.Shape[..^2], k.Shape[..^2]), 1, keys];
        var lowering = c.LoweringFor(clock, [], product);
        var row = Scaled(lowering, MatrixOps.Product(lowering, StepOperand.Of(q), StepOperand.Of(k)), scores);
        if (RelativeScores.RowOf(c, scores, Shapes.Count(product) / keys, keys, clock, oldestFirst: true) is { } terms)
            row = StepArithmetic.Binary(lowering, "Add", row, terms.Reshaped(product));

        float? later = null;
        foreach (var bias in scores.Biases)
            (row, later) = Biased(c, lowering, row, later, bias, keys);

        foreach (var factors in scores.Fading)
            (row, later) = Faded(c, lowering, row, later, factors, keys);

        foreach (var divisor in aligned[2..])
            row = StepArithmetic.Binary(lowering, "Div", row, StepOperand.Of(((StreamWire)divisor!).Value));

        var rows = new KeyRowWire(new StreamWire(row.Value!.View(target), clock, scores.QueryAxis,
            Shapes.With(scores.FullShape, scores.KeyAxis, keys)), scores.KeyAxis, scores.FullShape, later);
        return scores.Softmaxed ? Softmaxed(c, lowering, rows, scores.After, keys) : rows;
    }

    private static KeyRowWire Softmaxed(NodeContext c, Lowering lowering, KeyRowWire rows, IReadOnlyList<ScoreBias> after, int keys)
    {
        var shape = rows.Row.Value.Shape;
        var masked = KeyRowOps.Masked(c, rows, float.NegativeInfinity);
        var y = lowering.New(shape);
        lowering.Add("Softmax", [masked.Value], [y.Value], ("outer", Shapes.Product(shape, 0, rows.KeyAxis)), ("count", keys),
            ("inner", Shapes.Product(shape, rows.KeyAxis + 1, shape.Length)), ("log", 0));
        float? later = 0;
        foreach (var mask in after)
            (y, later) = Faded(c, lowering, y, later, mask, keys);

        return rows with { Row = rows.Row with { Value = y.Value!.View(shape) }, Later = later };
    }

    private static StepOperand Scaled(Lowering lowering, StepOperand row, ScoresWire scores)
    {
        var inner = scores.InTanh is float factor
            ? StepArithmetic.Unary(lowering, StepArithmetic.Binary(lowering, "Mul", row, StepArithmetic.Scalar(factor)), "Tanh") : row;
        return scores.Scale == 1 ? inner : StepArithmetic.Binary(lowering, "Mul", inner, StepArithmetic.Scalar(scores.Scale));
    }

    private static (StepOperand Row, float? Later) Biased(NodeContext c, Lowering lowering, StepOperand row, float? later, ScoreBias bias,
        int keys)
    {
        var (term, own) = Term(c, bias, row, keys, lowering.Clock);
        if (bias.Mask is bool hides)
        {
            // Where the mask holds its own truth value the score is hidden, else nothing is added.
            var values = term.Constant!.ToFloats().Select(value => value != 0 == hides ? float.NegativeInfinity : 0).ToArray();
            term = StepOperand.Of(OnnxTensor.FromFloats(values, [.. term.Shape.Select(dim => (long)dim)]));
            own = own is float truth && truth != 0 == hides ? float.NegativeInfinity : 0;
        }
        else if (bias.Factor != 1)
        {
            term = StepArithmetic.Binary(lowering, "Mul", term, StepArithmetic.Scalar(bias.Factor));
            own *= bias.Factor;
        }

        return (StepArithmetic.Binary(lowering, "Add", row, term), own <= AttentionMask.Masked ? own : later);
    }

    private static (StepOperand Row, float? Later) Faded(NodeContext c, Lowering lowering, StepOperand row, float? later, ScoreBias factors,
        int keys)
    {
        var (term, own) = Term(c, factors, row, keys, lowering.Clock);
        if (factors.Mask is bool hides)
        {
            var values = term.Constant!.ToFloats().Select(value => value != 0 == hides ? 0f : 1).ToArray();
            term = StepOperand.Of(OnnxTensor.FromFloats(values, [.. term.Shape.Select(dim => (long)dim)]));
            own = own is float truth ? (truth != 0 == hides ? 0 : 1) : null;
        }

        return (StepArithmetic.Binary(lowering, "Mul", row, term), own == 0 || later == 0 ? 0 : null);
    }

    /// <summary>What a term holds for the newest query, in the shape of its scores.</summary>
    private static (StepOperand Row, float? Later) Term(NodeContext c, ScoreBias bias, StepOperand row, int keys, Clock clock)
    {
        if (bias.Given is not null)
            throw KeyRowOps.Refused(c);

        var own = c.With([], bias.ScoresShape);
        var (term, later) = PositionRows.Of(own, bias.Wire, (bias.QueryAxis, bias.KeyAxis), keys, clock);
        var shape = Shapes.With(Shapes.With(bias.ScoresShape, bias.QueryAxis, 1), bias.KeyAxis, keys);
        if (shape.AsSpan().SequenceEqual(row.Shape) || term.Shape.Length <= 2)
            return (term, later);

        // Heads may have been split or merged since: all of them, in the same order.
        return Shapes.Count(term.Shape) == Shapes.Count(row.Shape) ? (term.Reshaped(row.Shape), later) : (term, later);
    }

    /// <summary>Keys that are kept: as many as the constants of the model know, or the user asks for.</summary>
    private static int Context(NodeContext c, int elements, Clock clock)
    {
        var least = c.Analysis.LengthIsFixed ? elements : (int?)null;
        return AttentionContext.Of(c, least ?? LongestConstant(c, elements), clock).Window;
    }

    /// <summary>Elements for which everything that depends on the length alone has values; null: any number.</summary>
    private static int? LongestConstant(NodeContext c, int elements)
    {
        var limit = c.Options.MaxContext ?? StreamOptions.DefaultContext;
        var length = limit;
        foreach (var wire in c.Analysis.Graph.Nodes.Where(node => !c.Analysis.IsTimeOnly(node.Outputs[0])).SelectMany(node => node.Inputs)
            .Distinct().Where(wire => wire.Length > 0 && c.Analysis.IsTimeOnly(wire) && c.Analysis.IsTensor(wire)))
        {
            var known = c.Analysis.Value(wire);
            if (known.Dims.Contains(elements))
            {
                length = Math.Min(length, TimeTables.LongestLength(c.Analysis, wire, length, (tensor, tried) =>
                    Enumerable.Range(0, known.Rank).All(axis => known.Dims[axis] != elements
                    || tensor.Dims[axis] == elements + (tried - c.Analysis.Length))));
            }
        }

        return length < limit ? length : null;
    }

    private static bool IsOuter(NodeContext c, Wire?[] inputs) => Outer.Contains(c.Node.OpType)
        && inputs is [StreamWire a, StreamWire b] && c.FullShape().Length is var rank
        && rank - a.FullShape.Length + a.Axis < rank - b.FullShape.Length + b.Axis
        && a.FullShape[^1] == 1 && a.FullShape.Length - a.Axis == 2 && b.FullShape.Length - b.Axis == 1;

    /// <summary>A sequence of queries, the same for every key.</summary>
    private static KeyRowWire Queries(NodeContext c, Wire?[] inputs)
    {
        var stream = c.Aligner.WithoutLead((StreamWire)inputs[0]!);
        var keys = Context(c, c.FullShape()[^1], stream.Clock);
        var lowering = c.LoweringFor(stream.Clock);
        int[] shape = [.. stream.Value.Shape[..^1], keys], strides = Shapes.Strides(stream.Value.Shape);
        strides[^1] = 0;
        var row = StepMoves.CopyStrided(lowering, StepOperand.Of(stream.Value), shape, 0, strides);
        return new KeyRowWire(new StreamWire(row.Value!, stream.Clock, stream.Axis, Shapes.With(stream.FullShape, shape.Length - 1, keys)),
            shape.Length - 1, Shapes.With(stream.FullShape, shape.Length - 1, c.FullShape()[^1]), null);
    }

    private static bool IsMatrix(NodeContext c, Wire?[] inputs) => c.Node.OpType == "MatMul"
        && inputs is [ConstantWire { VariesWithTime: true, Tensor: { Rank: >= 2 } matrix }, StreamWire values]
        && values.FullShape.Length - values.Axis == 2 && matrix.Dims[^1] == matrix.Dims[^2] && matrix.Dims[^1] == values.FullLength;

    /// <summary>A matrix of positions: its row for the newest element.</summary>
    private static KeyRowWire Matrix(NodeContext c, ConstantWire matrix, StreamWire values)
    {
        var clock = c.Aligner.WithoutLead(values).Clock;
        var shape = matrix.Tensor.StepShape();
        var keys = Context(c, shape[^1], clock);
        var (row, later) = PositionRows.Absolute(c, matrix, keys, clock);
        return new KeyRowWire(new StreamWire(row, clock, shape.Length - 2, Shapes.With(shape, shape.Length - 1, keys)), shape.Length - 1,
            shape, later);
    }

    private static int[] Broadcast(int[] a, int[] b)
    {
        var rank = Math.Max(a.Length, b.Length);
        return [.. Enumerable.Range(0, rank).Select(i => Math.Max(Dim(a, i - rank), Dim(b, i - rank)))];

        static int Dim(int[] shape, int fromEnd) => shape.Length + fromEnd is var i && i >= 0 ? shape[i] : 1;
    }
}
