using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>
/// A mask of the keys that comes in as an input, combined with masks of positions (and, product, sum, select) before it meets the
/// scores. How it was combined is not recognised but evaluated: with all its elements 0, all 1, and some of each.
/// </summary>
internal static class KeyMasks
{
    /// <summary>Ops that may combine masks.</summary>
    public static readonly string[] Combining =
    [
        "Add", "And", "Cast", "Clip", "Div", "Equal", "Expand", "Greater", "GreaterOrEqual", "Identity", "Less", "LessOrEqual", "Max",
            "Min", "Mul", "Neg",
        "Not", "Or", "Reshape", "Squeeze", "Sub", "Tile", "Transpose", "Unsqueeze", "Where", "Xor",
    ];

    /// <summary>The node's outputs, where it combines such a mask with positions; null where it does something else.</summary>
    public static Wire?[]? TryOpen(NodeContext c)
    {
        var inputs = Enumerable.Range(0, c.InputCount).Select(c.Input).ToArray();
        var combines = inputs.All(wire => wire is null or ConstantWire or StreamWire or KeyMaskWire);
        if (!combines || c.Analysis.InputsOf(c.Node.Outputs[0]) is not [var name]
            || c.Analysis.Graph.Inputs.First(input => input.Name == name).ElementType.IsFloat()
            || c.Outer(name) is not StreamWire { Value.Length: 1 } mask)
        {
            return null;
        }

        // An element of a mask is one number, whatever else has as many elements as the recording.
        var spans = inputs.Any(wire => wire is KeyMaskWire)
            || (c.GrowingAxes() > 1 && inputs.OfType<StreamWire>().All(stream => stream.Value.Length == 1));
        return spans ? [new KeyMaskWire(c.Node.Outputs[0], name, mask)] : null;
    }

    /// <summary>The scores masked: by positions where the mask shows a key, and altogether where it hides it.</summary>
    /// <param name="biasOf">The term that the wire is to the scores, for given elements of the mask.</param>
    public static ScoresWire Masked(NodeContext c, ScoresWire scores, KeyMaskWire mask, Func<GivenMask, ScoreBias> biasOf)
    {
        var heads = Shapes.Count(scores.FullShape) / (scores.FullShape[scores.KeyAxis] * (scores.QueryAxis < 0 ? 1
            : scores.FullShape[scores.QueryAxis]));
        ScoreBias With(Func<int, long> element) => biasOf(new GivenMask(mask.Input, element));
        var (zeros, ones) = (With(_ => 0), With(_ => 1));
        bool zeroHides = AttentionMask.HidesAll(c, scores, heads, zeros), oneHides = AttentionMask.HidesAll(c, scores, heads, ones);
        long hiding = oneHides ? 1 : 0;
        var some = With(key => key % 3 == 1 ? hiding : 1 - hiding);
        if (zeroHides == oneHides || !AttentionMask.HidesKeys(c, scores, heads, some, zeroHides ? ones : zeros, key => key % 3 == 1))
        {
            throw c.Refuse($"what '{mask.Input}' does to the scores is not to hide keys",
                "give that input a value with --set, or export without it");
        }

        return scores with
        {
            Biases = [.. scores.Biases, zeroHides ? ones : zeros],
            KeyBiases = [.. scores.KeyBiases, AttentionWires.HiddenWhere(c, mask.Stream, oneHides,
                AttentionMask.FloorOf(c, scores, heads, zeroHides ? zeros : ones))],
        };
    }
}
