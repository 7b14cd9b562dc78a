using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>The product of weights and values, with which what has been collected becomes one Attention op.</summary>
internal static class AttentionClosing
{
    /// <summary>Attention as one op.</summary>
    /// <param name="value">The values [.., keys, valueSize].</param>
    /// <param name="keyAxis">Where the product wants the keys in the scores.</param>
    /// <param name="queryAxis">The axis of the queries in the result, from the end.</param>
    public static StepWire Close(NodeContext c, ScoresWire scores, StreamWire value, int keyAxis, int queryAxis)
    {
        if (scores is { Fading.Count: > 0, QueryAxis: >= 0 } && scores.KeyAxis == keyAxis)
            return LinearAttention.Close(c, scores, value, queryAxis);

        if (!scores.Softmaxed || scores.KeyAxis != keyAxis)
            throw c.Refuse("it multiplies attention scores that have not gone through a softmax over the keys");

        var (query, key, values, keyBias, clock) = Align(c, scores, value);
        int keySize = key.FullShape[^2], valueSize = values.FullShape[^1];
        int heads = query.Length / keySize, kvHeads = key.Value.Length / keySize;
        if (heads % kvHeads != 0 || values.Value.Length != kvHeads * valueSize || !SharesHeadsInOrder(scores, key, heads, kvHeads))
            throw c.Refuse($"attention of {heads} query heads over {kvHeads} key heads in an order that is not grouped");

        AttentionMask.RequireNoneAfter(c, scores, heads);
        var mask = AttentionMask.Of(c, scores, heads).Within(RelativeScores.Limit(c, scores));
        if (mask.Ahead > 0)
            keyBias = HiddenBehindEnd(c, values, keyBias);

        var context = AttentionContext.Of(c, mask, clock);
        var bias = mask.BiasFor(c, context.Window, clock)
            .With(c, RelativeScores.RowOf(c, scores, heads, context.Window, clock), heads, context.Window, clock);
        var window = context.Window;
        var y = c.Graph.Arena(c.Node.Outputs[0], ElementType.F32, scores.Query is StreamWire
            ? Shapes.With(c.FullShape(), c.FullShape().Length - queryAxis, 1) : c.FullShape());
        var kRing = c.Graph.State($"{c.Node.Name}.keys", ElementType.F32, [AttentionRings.KeyFloats(kvHeads, window, keySize)]);
        var vRing = c.Graph.State($"{c.Node.Name}.values", ElementType.F32, [AttentionRings.ValueFloats(kvHeads, window, valueSize)]);
        c.Graph.Add("Attention", c.Node.Name, clock, [
            Waiting(c, query, mask.Ahead, clock), key.Value, values.Value, kRing, vRing, null, null, bias.Table, keyBias,
            keyBias is null ? null : c.Graph.State($"{c.Node.Name}.keyBiases", ElementType.F32, [window])], [y],
            ("heads", heads), ("kvHeads", kvHeads), ("keySize", keySize), ("valueSize", valueSize), ("window", window),
            ("sliding", context.Sliding ? 1 : 0), ("scale", (scores.InTanh ?? 1) * scores.Scale), ("softcap", scores.InTanh is null
                ? (object?)null : Softcap(c, scores)), ("bias", bias.Kind), ("biasHeads", bias.Heads), ("rows", bias.Rows));
        return scores.Query is StreamWire
            ? new StreamWire(y, clock with { Offset = clock.Offset + mask.Ahead * clock.Rate }, c.FullShape().Length - queryAxis,
                c.FullShape())
            : new LatestWire(y, clock);
    }

    /// <summary>Queries that still wait at the end of a recording see no keys behind it.</summary>
    private static StepValue? HiddenBehindEnd(NodeContext c, StreamWire values, StepValue? keyBias)
    {
        if (!c.Options.KeepsEnd)
            return keyBias;

        var bias = keyBias ?? StepMoves.Fill(c.LoweringFor(values.Clock), [1], 0, ElementType.F32).Value!;
        var input = Enumerable.Range(0, c.InputCount).First(i => c.Input(i) is StreamWire);
        return RecordingEnd.Padded(c, values with { Value = bias }, input, AttentionWires.HiddenBias).Value;
    }

    /// <summary>Each query beside a later key than its own.</summary>
    private static StepValue Waiting(NodeContext c, StepValue query, int elements, Clock clock)
    {
        if (elements == 0)
            return query;

        var ring = c.Graph.State($"{c.Node.Name}.waiting", query.Type, [elements, query.Length]);
        var y = c.Graph.Arena($"{c.Node.Name}.query", query.Type, query.Shape);
        c.Graph.Add("Delay", c.Node.Name, clock, [query, ring], [y], ("size", query.Length), ("count", elements));
        return y;
    }

    private static float Softcap(NodeContext c, ScoresWire scores) => scores.Scale > 0 ? scores.Scale
        : throw c.Refuse("it caps attention scores softly by a factor that is not positive");

    private static AlignedAttention Align(NodeContext c, ScoresWire scores, StreamWire value)
    {
        Wire?[] wires = [scores.Key, value, .. scores.KeyBiases.Select(bias => bias.Stream), scores.Query as StreamWire];
        var (all, clock) = c.Aligner.Align(c.Node, wires);
        var (key, values) = ((StreamWire)all[0]!, (StreamWire)all[1]!);
        var query = (StreamWire?)all[^1];
        if (query is null)
        {
            c.RequireNoTail(key, "the latest query attends to all time");
            if (scores.Query.Clock != clock)
                throw c.Refuse("its query and keys tick at different steps");
        }

        var keyBias = SumOf(c.LoweringFor(clock), scores, all[2..^1]);
        return new AlignedAttention(query?.Value ?? scores.Query.Value, key, values, keyBias, clock);
    }

    /// <summary>What is added to the scores of a key.</summary>
    private static StepValue? SumOf(Lowering c, ScoresWire scores, Wire?[] biases)
    {
        StepOperand? sum = null;
        for (var i = 0; i < biases.Length; i++)
        {
            var value = StepOperand.Of(((StreamWire)biases[i]!).Value).Reshaped([1]);
            var term = scores.KeyBiases[i].Hides ? Scaled(c, value, scores.KeyBiases[i].Factor)
                : Shown(c, value, scores.KeyBiases[i].Factor);
            sum = sum is null ? term : StepArithmetic.Binary(c, "Add", sum, term);
        }

        return sum?.Value;
    }

    /// <summary>A number that is added, which hides the key only where it is infinite.</summary>
    private static StepOperand Shown(Lowering c, StepOperand value, float factor)
    {
        const float Least = AttentionWires.LeastShown, Most = -AttentionWires.LeastShown;
        var limited = StepArithmetic.Binary(c, "Min", StepArithmetic.Binary(c, "Max", Scaled(c, value, factor),
            StepArithmetic.Scalar(Least)), StepArithmetic.Scalar(Most));
        var isInfinite = StepArithmetic.Cast(c, StepArithmetic.Binary(c, factor > 0 ? "Less" : "Greater", value,
            StepArithmetic.Scalar(factor > 0 ? -float.MaxValue : float.MaxValue)), ElementType.F32);
        return StepArithmetic.Binary(c, "Add", limited, Scaled(c, isInfinite, AttentionWires.HiddenBias));
    }

    private static StepOperand Scaled(Lowering c, StepOperand value, float factor) =>
        factor == 1 ? value : StepArithmetic.Binary(c, "Mul", value, StepArithmetic.Scalar(factor));

    /// <summary>Key head of query head h is h·kvHeads/heads: the key's leading dimensions are the query's, then ones.</summary>
    private static bool SharesHeadsInOrder(ScoresWire scores, StreamWire key, int heads, int kvHeads)
    {
        if (heads == kvHeads || kvHeads == 1)
            return true;

        int[] lead = scores.FullShape[..^2], keyLead = key.FullShape[..^2];
        var shared = 0;
        while (shared < keyLead.Length && keyLead.Length == lead.Length && keyLead[shared] == lead[shared])
            shared++;

        return keyLead.Length == lead.Length && keyLead[shared..].All(dim => dim == 1);
    }

    /// <summary>Query, keys, values and biases of the keys at one clock.</summary>
    private sealed record AlignedAttention(StepValue Query, StreamWire Key, StreamWire Value, StepValue? KeyBias, Clock Clock);
}
