using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>
/// Attention, however it is spelled: query × key over a sequence opens it, scales, masks and biases are collected, the softmax over the
/// keys and the product with the values close it as one Attention op with a ring of keys and values. A softmax over time that weights
/// a sum closes as AttentionPool. Each Try method returns null where the node is not part of attention.
/// </summary>
internal static class AttentionWires
{
    /// <summary>Added to a score, it hides the key, even after a scale: where all keys are hidden, attention gives zeros.</summary>
    public const float HiddenBias = -1e36f;

    /// <summary>Added to a score, it makes the key's weight zero in float32 where other keys have none; where all keys have it, they
    /// weigh what the softmax makes of it.</summary>
    public const float LeastShown = -1e29f;

    /// <summary>Added to scores, it makes them all equal.</summary>
    private const float EqualScores = -1e12f;

    public static Wire? TryMatMul(NodeContext c)
    {
        var (a, b) = (c.Input(0), c.Input(1));
        return (a, b) switch
        {
            (StreamWire query, StreamWire key) when FromEnd(query) == 2 && FromEnd(key) == 1 => Open(c, query, key),
            (LatestWire { Invariant: false } query, StreamWire key) when FromEnd(key) == 1 => Open(c, query, key),
            (StreamWire key, LatestWire { Invariant: false } query) when FromEnd(key) == 2 && IsColumn(query) => OpenColumn(c, key, query),
            (ScoresWire scores, StreamWire value) when FromEnd(value) == 2 =>
                AttentionClosing.Close(c, scores, value, scores.FullShape.Length - 1, queryAxis: 2),
            (StreamWire value, ScoresWire scores) when FromEnd(value) == 1 =>
                AttentionClosing.Close(c, scores, value.Transposed(), scores.FullShape.Length - 2, queryAxis: 1),
            (ScoresWire, _) or (_, ScoresWire) =>
                throw c.Refuse("it multiplies attention scores with something that is not the value sequence"),
            (TimeSoftmaxWire weights, StreamWire value) when weights.FullShape.Length - weights.Axis == 1 && FromEnd(value) == 2 =>
                Pool(c, weights, value),
            (StreamWire value, TimeSoftmaxWire weights) when weights.FullShape.Length - weights.Axis == 2 && FromEnd(value) == 1 =>
                Pool(c, weights, value),
            (TimeSoftmaxWire, _) or (_, TimeSoftmaxWire) =>
                throw c.Refuse("it multiplies a softmax over time with something that is not a sequence of values"),
            _ => RelativeWire.TryOpen(c),
        };
    }

    /// <summary>Scales, biases and masks on scores; the weighting of a sequence by a softmax over time.</summary>
    public static Wire? TryElementwise(NodeContext c)
    {
        var at = Enumerable.Range(0, c.InputCount).FirstOrDefault(i => c.Input(i) is ScoresWire or TimeSoftmaxWire, -1);
        return at < 0 ? null : c.Input(at) is ScoresWire scores ? OnScores(c, scores, at)
            : OnTimeSoftmax(c, (TimeSoftmaxWire)c.Input(at)!, at);
    }

    /// <summary>A tanh of scaled scores: they are capped softly.</summary>
    public static Wire Softcapped(NodeContext c, ScoresWire scores) =>
        scores is { Softmaxed: false, InTanh: null, Biases.Count: 0, KeyBiases.Count: 0, Relative.Count: 0 }
        ? scores with { InTanh = scores.Scale, Scale = 1 }
        : throw c.Refuse("it takes the tanh of attention scores after they are masked, biased or normalised");

    public static Wire? TryReshape(NodeContext c) => c.Input(0) switch
    {
        ScoresWire scores => scores with
        {
            FullShape = c.FullShape(),
            QueryAxis = scores.QueryAxis < 0 ? -1 : Axis(c, scores.FullShape, scores.QueryAxis),
            KeyAxis = Axis(c, scores.FullShape, scores.KeyAxis),
        },
        TimeSoftmaxWire weights => weights with { FullShape = c.FullShape(), Axis = Axis(c, weights.FullShape, weights.Axis) },
        _ => null,
    };

    public static Wire? TryTranspose(NodeContext c)
    {
        if (c.Input(0) is ScoresWire scores)
        {
            var order = Shapes.Permutation(c.Node.Ints("perm"), scores.FullShape.Length);
            int[] heads = [.. order.Where(axis => axis != scores.QueryAxis && axis != scores.KeyAxis && scores.FullShape[axis] != 1)];
            if (!heads.SequenceEqual(heads.Order()))
                throw c.Refuse("it reorders the heads of attention scores");

            return scores with
            {
                FullShape = c.FullShape(),
                QueryAxis = Array.IndexOf(order, scores.QueryAxis),
                KeyAxis = Array.IndexOf(order, scores.KeyAxis),
            };
        }

        return c.Input(0) is TimeSoftmaxWire weights
            ? weights with
            {
                FullShape = c.FullShape(),
                Axis = Array.IndexOf(Shapes.Permutation(c.Node.Ints("perm"), weights.FullShape.Length), weights.Axis)
            }
            : null;
    }

    /// <summary>The softmax tells which axis of the scores the keys are on: of a product of two sequences it may be the first
    /// factor's.</summary>
    public static Wire Normalized(NodeContext c, ScoresWire scores, int axis)
    {
        if (scores.Fading.Count > 0)
            throw c.Refuse("it normalises attention scores that a mask has multiplied");

        if (axis == scores.KeyAxis)
            return scores with { Softmaxed = true };

        return axis == scores.QueryAxis && scores.KeyBiases.Count == 0
            ? scores.KeysFirst() with { Softmaxed = true }
            : throw c.NotCausal("it normalises attention scores over an axis other than the keys");
    }

    /// <summary>The sum over time of a sequence weighted by a softmax over time.</summary>
    public static Wire? TryReduce(NodeContext c, int[] axes) => c.Input(0) switch
    {
        ScoresWire { Weighted: StreamWire value } scores when c.Node.OpType == "ReduceSum" && axes.SequenceEqual([scores.KeyAxis]) =>
            AttentionClosing.Close(c, scores, value, scores.KeyAxis, queryAxis: 2),
        ScoresWire { Fading.Count: > 0 } scores when c.Node.OpType == "ReduceSum" && axes.SequenceEqual([scores.KeyAxis]) =>
            LinearAttention.Close(c, scores, null, c.Node.Int("keepdims", 1) != 0 ? 2 : 1),
        ScoresWire { Softmaxed: true, After.Count: > 0 } scores when c.Node.OpType == "ReduceSum" && axes.SequenceEqual([scores.KeyAxis])
            && c.Node.Int("keepdims", 1) != 0 => new ScoreSumWire(scores),
        ScoresWire => throw c.Refuse("it reduces attention scores other than by a weighted sum over the keys"),
        TimeSoftmaxWire { Weighted: StreamWire value } weights when c.Node.OpType == "ReduceSum" && axes.SequenceEqual([weights.Axis]) =>
            Pool(c, weights, value),
        TimeSoftmaxWire => throw c.Refuse("it reduces a softmax over time other than by a weighted sum over time"),
        _ => null,
    };

    /// <summary>A mask along time as a bias: 0 where a key is seen, large and negative where the mask hides it.</summary>
    /// <param name="floor">What the model adds to hide a key, or puts in the place of its score.</param>
    public static KeyBias HiddenWhere(NodeContext c, StreamWire mask, bool truth, float floor)
    {
        var lowering = c.LoweringFor(mask.Clock);
        var number = StepArithmetic.Cast(lowering, StepArithmetic.Cast(lowering, StepOperand.Of(mask.Value), ElementType.Bool),
            ElementType.F32);
        var hidden = truth ? number : StepArithmetic.Binary(lowering, "Sub", StepArithmetic.Scalar(1), number);
        var isHidden = float.IsNegativeInfinity(floor);
        var bias = StepArithmetic.Binary(lowering, "Mul", hidden,
            StepArithmetic.Scalar(isHidden ? HiddenBias : Math.Max(floor, LeastShown))).Value!.View(mask.Value.Shape);
        return new KeyBias(mask with { Value = bias }, 1, isHidden);
    }

    private static int FromEnd(StreamWire stream) => stream.FullShape.Length - stream.Axis;

    private static int Axis(NodeContext c, int[] from, int axis) => Shapes.ReshapedAxis(from, axis, c.FullShape())
        ?? throw c.Refuse("it mixes the time axis of attention scores with other axes");

    private static ScoresWire Open(NodeContext c, StepWire query, StreamWire key)
    {
        var shape = c.FullShape();
        return new ScoresWire(query, key, query is StreamWire ? shape.Length - 2 : -1, shape.Length - 1, shape, 1, [], [],
            Softmaxed: false);
    }

    /// <summary>One query that stands as a column [.., keySize, 1].</summary>
    private static bool IsColumn(LatestWire query) => query.Value.Shape.Length > 1 && query.Value.Shape[^1] == 1;

    /// <summary>Scores [.., keys, 1] of one latest query.</summary>
    private static ScoresWire OpenColumn(NodeContext c, StreamWire key, LatestWire query)
    {
        var shape = c.FullShape();
        var row = query with { Value = query.Value.View([.. query.Value.Shape[..^2], 1, query.Value.Shape[^2]]) };
        return new ScoresWire(row, key.Transposed(), -1, shape.Length - 2, shape, 1, [], [], Softmaxed: false);
    }

    private static ScoresWire OnScores(NodeContext c, ScoresWire scores, int at)
    {
        if (scores.Softmaxed)
        {
            return MaskedAfter(c, scores, at) ?? (c.Node.OpType == "Mul" && c.InputCount == 2 && c.Stream(1 - at) is StreamWire value
                && IsWeighted(c, scores, value)
                ? scores with { FullShape = c.FullShape(), Weighted = value }
                : throw c.Refuse("it changes attention weights after their softmax"));
        }

        return c.Node.OpType switch
        {
            "Mul" => HeadFactors(c, scores, 1 - at) ?? LinearAttention.Faded(c, scores, 1 - at) ?? Scaled(scores, Factor(c, 1 - at)),
            "Div" when at == 0 => LinearAttention.Divided(c, scores, at) ?? Scaled(scores, 1 / Factor(c, 1)),
            "Add" or "Sub" when c.InputCount == 2 && scores.Fading.Count == 0 => Biased(c, scores, at),
            "Where" => LinearAttention.Zeroed(c, scores, at) ?? Masked(c, scores, at),
            _ => throw c.Refuse("it is applied to attention scores, which take scales, additive biases and masks only"),
        };
    }

    /// <summary>Weights of which a mask of positions leaves out some, or that are divided by the sum of what it leaves; null where the node
    /// does something else.</summary>
    private static ScoresWire? MaskedAfter(NodeContext c, ScoresWire scores, int at)
    {
        ScoreBias Mask(ConstantWire mask, bool hides) => new(mask, scores.FullShape, scores.QueryAxis, scores.KeyAxis, 1, hides);
        return c.Node.OpType switch
        {
            "Mul" when c.InputCount == 2 && c.Input(1 - at) is ConstantWire mask && mask.Tensor.ToFloats().All(value => value is 0 or 1) =>
                scores with { After = [.. scores.After, Mask(mask, hides: false)] },
            "Where" when at > 0 && c.Constant(3 - at)?.ToFloats().All(value => value == 0) == true => c.Input(0) switch
            {
                NoNumberWire { Scores: var of } when at == 2 && ReferenceEquals(of, scores) => scores,
                ConstantWire mask => scores with { After = [.. scores.After, Mask(mask, hides: at == 2)] },
                _ => null,
            },
            "Div" when at == 0 && c.Input(1) is ScoreSumWire { Scores: var summed } && ReferenceEquals(summed, scores) =>
                scores with { Biases = [.. scores.Biases, .. scores.After], After = [] },
            _ => null,
        };
    }

    private static float Factor(NodeContext c, int input)
    {
        var values = c.Constant(input)?.ToFloats();
        return values is { Length: > 0 } && values.All(value => value == values[0])
            ? values[0]
            : throw c.Refuse("it scales attention scores by something that is not one constant number", Refusal.UseWindow);
    }

    /// <summary>A factor for each head goes to the queries; null where the factor is another.</summary>
    private static ScoresWire? HeadFactors(NodeContext c, ScoresWire scores, int input)
    {
        var rank = scores.FullShape.Length;
        if (c.Input(input) is not ConstantWire { VariesWithTime: false, Tensor: { Count: > 1 } factors } constant)
            return null;

        var perHead = factors.Rank <= rank && scores is { InTanh: null, Biases.Count: 0, KeyBiases.Count: 0 }
            && scores.QueryAxis == rank - 2 && scores.KeyAxis == rank - 1 && factors.Dims.Skip(factors.Rank - 2).All(dim => dim == 1);
        if (!perHead)
            return null;

        var scaled = StepArithmetic.Binary(c.LoweringFor(scores.Query.Clock), "Mul", StepOperand.Of(scores.Query.Value),
            StepOperand.Of(constant.Tensor)).Value!;
        return scores with { Query = scores.Query with { Value = scaled.View(scores.Query.Value.Shape) } };
    }

    private static ScoresWire Scaled(ScoresWire scores, float factor) => scores with
    {
        Scale = scores.Scale * factor,
        Biases = [.. scores.Biases.Select(bias => bias.Mask is null ? bias with { Factor = bias.Factor * factor } : bias)],
        KeyBiases = [.. scores.KeyBiases.Select(bias => bias with { Factor = bias.Factor * factor })],
        Relative = [.. scores.Relative.Select(term => term with { Factor = term.Factor * factor })],
    };

    private static ScoresWire Biased(NodeContext c, ScoresWire scores, int at)
    {
        float sign = c.Node.OpType == "Sub" ? -1 : 1;
        var scaled = at == 0 ? scores : Scaled(scores, sign);
        if (c.Stream(1 - at) is StreamWire stream && IsPerKey(scores, stream))
            return scaled with { KeyBiases = [.. scaled.KeyBiases, new KeyBias(stream, at == 0 ? sign : 1)] };

        if (c.Input(1 - at) is KeyMaskWire mask)
        {
            return KeyMasks.Masked(c, scaled, mask, given => new ScoreBias(Evaluated(c, mask, given), scores.FullShape, scores.QueryAxis,
                scores.KeyAxis, at == 0 ? sign : 1, Given: given));
        }

        if (c.Input(1 - at) is RelativeWire relative && scores.QueryAxis >= 0)
        {
            return scaled with
            {
                Relative = [.. scaled.Relative, new RelativeTerm(relative, scores.FullShape, scores.QueryAxis, scores.KeyAxis,
                    at == 0 ? sign : 1)],
            };
        }

        if (c.Input(1 - at) is not ConstantWire bias)
        {
            throw c.Refuse("it adds a computed value to attention scores",
                "masks and biases may depend on positions, or be one number a key");
        }

        return WithBias(scaled, new ScoreBias(bias, scores.FullShape, scores.QueryAxis, scores.KeyAxis, at == 0 ? sign : 1));
    }

    /// <summary>One number for each key, the same for all queries and heads.</summary>
    private static bool IsPerKey(ScoresWire scores, StreamWire stream) =>
        FromEnd(stream) == scores.FullShape.Length - scores.KeyAxis && stream.Value.Length == 1;

    private static ScoresWire Masked(NodeContext c, ScoresWire scores, int at)
    {
        if (at > 0 && c.Stream(0) is StreamWire mask && IsPerKey(scores, mask) && c.Constant(3 - at) is { Count: 1 } hidden
            && hidden.ToFloats()[0] <= AttentionMask.Masked)
        {
            // A number in the place of the scores leaves nothing of them, one that is added a difference: it must be larger.
            var added = Math.Min(hidden.ToFloats()[0], EqualScores);
            return scores with { KeyBiases = [.. scores.KeyBiases, HiddenWhere(c, mask, at == 2, added)] };
        }

        if (at > 0 && c.Input(0) is KeyMaskWire keys && c.Constant(3 - at) is { Count: 1 } floor
            && floor.ToFloats()[0] <= AttentionMask.Masked)
        {
            return KeyMasks.Masked(c, scores, keys, given =>
                new ScoreBias(Evaluated(c, keys, given), scores.FullShape, scores.QueryAxis, scores.KeyAxis, 1, at == 2, given));
        }

        if (at == 0 || c.Input(0) is not ConstantWire condition || c.Constant(3 - at) is not OnnxTensor replacement)
            throw c.Refuse("it selects attention scores by something that is not a mask of positions");

        if (replacement.ToFloats().Any(value => value > AttentionMask.Masked))
            throw c.Refuse("its mask replaces attention scores by a value that is not large and negative");

        return WithBias(scores, new ScoreBias(condition, scores.FullShape, scores.QueryAxis, scores.KeyAxis, 1, Mask: at == 2));
    }

    private static ConstantWire Evaluated(NodeContext c, KeyMaskWire mask, GivenMask given) =>
        new(mask.Name, c.Analysis.ValueAt(mask.Name, c.Analysis.Length, given)!, VariesWithTime: true);

    private static ScoresWire WithBias(ScoresWire scores, ScoreBias bias) => scores with { Biases = [.. scores.Biases, bias] };

    private static TimeSoftmaxWire OnTimeSoftmax(NodeContext c, TimeSoftmaxWire weights, int at)
    {
        var other = 1 - at;
        if (c.Node.OpType == "Mul" && c.InputCount == 2 && c.Stream(other) is StreamWire value)
        {
            value = weights.Weighted is null ? value : Product(c, weights.Weighted, value);
            var rank = c.FullShape().Length;
            if (weights.Axis + rank - weights.FullShape.Length == value.Axis + rank - value.FullShape.Length)
                return weights with { FullShape = c.FullShape(), Axis = value.Axis + rank - value.FullShape.Length, Weighted = value };
        }

        throw c.Refuse("it is applied to a softmax over time, which may only weight a sum over time");
    }

    /// <summary>Two sequences multiplied element by element: weights times one times the other.</summary>
    private static StreamWire Product(NodeContext c, StreamWire a, StreamWire b)
    {
        if (!a.FullShape.SequenceEqual(b.FullShape))
            throw c.Refuse("it multiplies a weighted sequence by one of another shape");

        var (aligned, clock) = c.Aligner.Align(c.Node, [a, b]);
        var (left, right) = ((StreamWire)aligned[0]!, (StreamWire)aligned[1]!);
        var product = StepArithmetic.Binary(c.LoweringFor(clock), "Mul", StepOperand.Of(left.Value), StepOperand.Of(right.Value));
        return new StreamWire(product.Value!, clock, left.Axis, left.FullShape);
    }

    /// <summary>Weighted sum over time with a running maximum, sum and weighted sum.</summary>
    private static LatestWire Pool(NodeContext c, TimeSoftmaxWire weights, StreamWire value)
    {
        var (aligned, clock) = c.Aligner.Align(c.Node, [weights.Score, value]);
        var score = ((StreamWire)aligned[0]!).Value;
        var element = ((StreamWire)aligned[1]!).Value;
        c.RequireNoTail((StreamWire)aligned[1]!, "it sums over all time");
        var heads = score.Length;
        var shape = c.FullShape();
        if (shape.Length > 1 && shape[^2] > 1 && heads * shape[^1] == Shapes.Count(shape)
            && element.Length * shape[^2] == Shapes.Count(shape))
        {
            // Several queries weight the same elements: each has a copy.
            int queries = shape[^2], each = shape[^1];
            element = StepMoves.CopyStrided(c.LoweringFor(clock), StepOperand.Of(element), [element.Length / each, queries, each], 0,
                [each, 0, 1]).Value!;
        }

        if (element.Length % heads != 0 || (heads > 1 && c.FullShape().Aggregate(1, (p, d) => p * d) != element.Length))
            throw c.Refuse($"{heads} weights for an element of {element.Length} values");

        var size = element.Length / heads;
        var state = c.Graph.State($"{c.Node.Name}.pool", ElementType.F32, [heads * (2 + size)]);
        var y = c.Graph.Arena(c.Node.Outputs[0], ElementType.F32, c.FullShape());
        c.Graph.Add("AttentionPool", c.Node.Name, clock, [score, element, state], [y], ("heads", heads), ("size", size));
        return new LatestWire(y, clock);
    }

    /// <summary>Weights of one latest query, one number a key, times a sequence of values along the same axis.</summary>
    private static bool IsWeighted(NodeContext c, ScoresWire scores, StreamWire value) =>
        scores.Weighted is null && scores.QueryAxis < 0 && value.FullShape.Length == scores.FullShape.Length
        && c.FullShape().SequenceEqual(value.FullShape)
        && value.Axis == scores.KeyAxis && FromEnd(value) == 2
        && scores.FullShape.Where((_, axis) => axis != scores.KeyAxis).All(size => size == 1);
}
