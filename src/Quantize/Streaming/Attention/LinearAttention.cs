using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>
/// Scores that no softmax normalises, times a mask that hides later keys and lets earlier ones fade by the same factor each step
/// (retention, linear attention): with S′ = γ·S + kᵀ·v the result is q·S′, whatever the number of keys.
/// </summary>
internal static class LinearAttention
{
    private const double Tolerance = 1e-4;

    /// <summary>The scores with a factor for each query and key; null where the factor is another.</summary>
    public static ScoresWire? Faded(NodeContext c, ScoresWire scores, int input) =>
        c.Input(input) is ConstantWire { Tensor.Count: > 1 } factors && scores is { InTanh: null, Biases.Count: 0, KeyBiases.Count: 0 }
            && scores.QueryAxis >= 0 && IsOverBoth(scores, factors.Tensor)
            ? scores with { Fading = [.. scores.Fading, Term(scores, factors, null)] }
            : null;

    /// <summary>Scores that a mask of positions replaces by zero; null where the node does something else.</summary>
    public static ScoresWire? Zeroed(NodeContext c, ScoresWire scores, int at) =>
        at > 0 && c.Input(0) is ConstantWire condition && c.Constant(3 - at) is { } replacement && replacement.ToFloats().All(x => x == 0)
            && scores is { InTanh: null, Biases.Count: 0, KeyBiases.Count: 0, QueryAxis: >= 0 }
            ? scores with { Fading = [.. scores.Fading, Term(scores, condition, at == 2)] }
            : null;

    /// <summary>The scores divided by a number for each query, which what is made of them is divided by; null where they are divided by
    /// something else.</summary>
    public static ScoresWire? Divided(NodeContext c, ScoresWire scores, int at) =>
        at == 0 && scores.Fading.Count > 0 && c.Stream(1) is { } divisor && scores.KeyAxis == scores.FullShape.Length - 1
            && divisor.FullShape.Length - divisor.Axis == 2 && divisor.FullShape[^1] == 1 && divisor.FullShape[0] == 1
            ? scores with { Divisors = [.. scores.Divisors, divisor] }
            : null;

    /// <summary>Scores of which those of later keys are cut off; null where the node does something else.</summary>
    public static ScoresWire? Triangle(NodeContext c)
    {
        if (c.Input(0) is not ScoresWire { InTanh: null, Biases.Count: 0, KeyBiases.Count: 0, QueryAxis: >= 0 } scores
            || c.Node.Int("upper", 1) != 0 || (c.Constant(1)?.ToInts()[0] ?? 0) != 0 || scores.KeyAxis != scores.FullShape.Length - 1)
        {
            return null;
        }

        var keys = scores.FullShape[^1];
        float[] kept = [.. Enumerable.Range(0, keys * keys).Select(at => at % keys <= at / keys ? 1f : 0)];
        var triangle = new ConstantWire(c.Node.Name, OnnxTensor.FromFloats(kept, keys, keys), VariesWithTime: true);
        return scores with { Fading = [.. scores.Fading, Term(scores, triangle, null)] };
    }

    /// <summary>The product with the values, or their sum where there are none.</summary>
    /// <param name="value">The values [.., keys, valueSize]; null: ones.</param>
    /// <param name="queryAxis">The axis of the queries in the result, from the end.</param>
    public static StreamWire Close(NodeContext c, ScoresWire scores, StreamWire? value, int queryAxis)
    {
        Wire?[] wires = [scores.Query, scores.Key, value, .. scores.Divisors];
        var (aligned, clock) = c.Aligner.Align(c.Node, wires);
        StreamWire query = (StreamWire)aligned[0]!, key = (StreamWire)aligned[1]!;
        int keySize = key.FullShape[^2], valueSize = value?.FullShape[^1] ?? 1, heads = query.Value.Length / keySize;
        if (key.Value.Length != heads * keySize || (value is not null && value.Value.Length != heads * valueSize))
            throw c.Refuse($"linear attention of {heads} query heads over other numbers of key and value heads");

        var fading = FadingOf(c, scores, heads);
        var lowering = c.LoweringFor(clock);
        StepOperand Heads(StreamWire wire, params int[] shape) => StepOperand.Of(wire.Value.View(shape));
        var k = Heads(key, heads, keySize, 1);
        var added = value is null ? k : StepArithmetic.Binary(lowering, "Mul", k, Heads((StreamWire)aligned[2]!, heads, 1, valueSize));
        var state = c.Graph.State($"{c.Node.Name}.sums", ElementType.F32, [heads, keySize, valueSize]);
        var kept = fading.All(each => each.PerStep == 1) ? StepOperand.Of(state)
            : StepArithmetic.Binary(lowering, "Mul", StepOperand.Of(state), PerHead(fading.Select(each => each.PerStep)));
        var sums = StepArithmetic.Binary(lowering, "Add", kept, added);
        c.Graph.AddCopy($"{c.Node.Name}.sums", clock, sums.Value!, state);

        var scaled = StepArithmetic.Binary(lowering, "Mul", Heads(query, heads, 1, keySize),
            PerHead(fading.Select(each => each.AtOnce * scores.Scale)));
        var y = lowering.New([heads, 1, valueSize], name: c.Node.Outputs[0]);
        lowering.Add("MatMul", [scaled.Value, sums.Value], [y.Value], ("batch", (int[])[heads]), ("aBatchStrides", (int[])[keySize]),
            ("bBatchStrides", (int[])[keySize * valueSize]), ("rows", 1), ("columns", valueSize), ("inner", keySize));
        foreach (var divisor in aligned[3..])
            y = StepArithmetic.Binary(lowering, "Div", y, Heads((StreamWire)divisor!, ((StreamWire)divisor!).Value.Length, 1, 1));

        var axis = c.FullShape().Length - queryAxis;
        return new StreamWire(y.Value!.View(Shapes.With(c.FullShape(), axis, 1)), clock, axis, c.FullShape());
    }

    private static ScoreBias Term(ScoresWire scores, ConstantWire wire, bool? mask) =>
        new(wire, scores.FullShape, scores.QueryAxis, scores.KeyAxis, 1, mask);

    /// <summary>A number for each head, key and query.</summary>
    private static StepOperand PerHead(IEnumerable<double> factors)
    {
        float[] values = [.. factors.Select(factor => (float)factor)];
        return StepOperand.Of(OnnxTensor.FromFloats(values, values.Length, 1, 1));
    }

    /// <summary>The factors lie over queries and keys, one of which at least they tell apart.</summary>
    private static bool IsOverBoth(ScoresWire scores, OnnxTensor factors)
    {
        var behind = scores.FullShape.Length - factors.Rank;
        return behind >= 0 && new[] { scores.QueryAxis, scores.KeyAxis }.All(axis => axis >= behind && factors.Dims[axis - behind] > 1);
    }

    /// <summary>How each head fades: the factor of the query's own key, and of each step back.</summary>
    private static (double AtOnce, double PerStep)[] FadingOf(NodeContext c, ScoresWire scores, int heads)
    {
        var keys = scores.FullShape[scores.KeyAxis];
        var target = scores.Fading[0].ScoresShape;
        if (Shapes.Count(target) != heads * keys * keys)
            throw c.Refuse("its mask is not one for each head");

        double[] factors = [.. Enumerable.Repeat(1.0, heads * keys * keys)];
        foreach (var term in scores.Fading)
            Multiply(c, factors, term, keys);

        double At(int head, int query, int key) => factors[(head * keys + query) * keys + key];
        var fading = Enumerable.Range(0, heads)
            .Select(head => (AtOnce: At(head, 0, 0), PerStep: keys > 1 ? At(head, 1, 0) / At(head, 0, 0) : 1)).ToArray();
        for (var at = 0; at < factors.Length; at++)
        {
            int head = at / (keys * keys), query = at / keys % keys, key = at % keys;
            var expected = key > query ? 0 : fading[head].AtOnce * Math.Pow(fading[head].PerStep, query - key);
            if (Math.Abs(factors[at] - expected) <= Tolerance * Math.Max(1e-3, Math.Abs(fading[head].AtOnce)))
                continue;

            throw key > query ? c.NotCausal("attention sees later elements: no mask hides them")
                : c.Refuse("without a softmax, its mask must let keys fade by the same factor each step", Refusal.UseWindow);
        }

        return fading;
    }

    private static void Multiply(NodeContext c, double[] factors, ScoreBias term, int keys)
    {
        var tensor = term.Wire.Tensor;
        int[] target = term.ScoresShape, shape = tensor.StepShape();
        if (shape.Length > target.Length
            || shape.Select((dim, i) => dim != 1 && dim != target[target.Length - shape.Length + i]).Any(bad => bad))
        {
            throw c.Refuse("its mask does not have the shape of the scores");
        }

        var strides = Shapes.BroadcastStrides(shape, target);
        int[] order = [.. Enumerable.Range(0, target.Length).Where(axis => axis != term.QueryAxis && axis != term.KeyAxis),
            term.QueryAxis, term.KeyAxis];
        var values = tensor.ToFloats();
        for (var at = 0; at < factors.Length; at++)
        {
            var offset = 0;
            for (int i = order.Length - 1, rest = at; i >= 0; rest /= target[order[i--]])
                offset += rest % target[order[i]] * strides[order[i]];

            factors[at] *= term.Mask is bool hides ? (values[offset] != 0 == hides ? 0 : 1) : values[offset];
        }
    }
}
