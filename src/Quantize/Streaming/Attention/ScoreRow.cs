using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>What masks and biases add to the scores of the latest query, per head and by the distance of the key; 0 for its own
/// key.</summary>
internal sealed class ScoreRow
{
    private readonly float[] _terms;

    private ScoreRow(int keys, float[] terms)
    {
        Keys = keys;
        _terms = terms;
    }

    /// <summary>Keys so far, the newest at distance 0.</summary>
    public int Keys { get; }

    /// <summary>Keys that are seen, all of them the newest.</summary>
    public int Window => Enumerable.Range(0, Keys).TakeWhile(distance => !float.IsNegativeInfinity(_terms[distance])).Count();

    /// <summary>The row where there are <paramref name="keys"/> keys; null where the model does not accept so many.</summary>
    public static ScoreRow? Of(NodeContext c, ScoresWire scores, int heads, int keys)
    {
        var length = c.Analysis.Length + keys - scores.FullShape[scores.KeyAxis];
        var terms = new float[heads * keys];
        foreach (var bias in scores.Biases)
        {
            var tensor = bias.ValueAt(c.Analysis, length);
            if (tensor is null || !Add(terms, bias, tensor, keys))
                return null;
        }

        return new ScoreRow(keys, [.. Enumerable.Range(0, heads * keys).Select(at => Relative(terms, at / keys, at % keys, keys))]);
    }

    /// <summary>The first <paramref name="window"/> distances of every head.</summary>
    public float[] First(int window) => [.. _terms.Chunk(Keys).SelectMany(head => head[..window])];

    public bool IsZero(float tolerance) => _terms.All(term => float.IsNegativeInfinity(term) || Math.Abs(term) <= tolerance);

    /// <summary>The same terms at the same distances, as far as both go.</summary>
    public bool Agrees(ScoreRow other, float tolerance)
    {
        var common = Math.Min(Keys, other.Keys);
        return First(common).Zip(other.First(common)).All(pair => pair.First.Equals(pair.Second)
            || Math.Abs(pair.First - pair.Second) <= tolerance * Math.Max(1, Math.Abs(pair.First)));
    }

    private static float Relative(float[] terms, int head, int distance, int keys)
    {
        float own = terms[(head + 1) * keys - 1], term = terms[(head + 1) * keys - 1 - distance];
        return float.IsNegativeInfinity(term) || float.IsNegativeInfinity(own) ? term : term - own;
    }

    private static bool Add(float[] terms, ScoreBias bias, OnnxTensor tensor, int keys)
    {
        int[] target = Shapes.With(bias.ScoresShape, bias.KeyAxis, keys), shape = tensor.StepShape();
        if (shape.Length > target.Length || Shapes.Count(target) != terms.Length
            || shape.Select((dim, i) => dim != 1 && dim != target[target.Length - shape.Length + i]).Any(bad => bad))
        {
            return false;
        }

        int[] strides = Shapes.BroadcastStrides(shape, target),
            order = [.. Enumerable.Range(0, target.Length).Where(axis => axis != bias.KeyAxis), bias.KeyAxis];
        var values = tensor.ToFloats();
        for (var at = 0; at < terms.Length; at++)
        {
            var offset = 0;
            for (int i = order.Length - 1, rest = at; i >= 0; rest /= target[order[i--]])
                offset += rest % target[order[i]] * strides[order[i]];

            var term = bias.Mask is bool masks ? values[offset] != 0 == masks ? float.NegativeInfinity : 0 : bias.Factor * values[offset];
            terms[at] += term <= AttentionMask.Masked ? float.NegativeInfinity : term;
        }

        return true;
    }
}
