using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Reference;

internal sealed partial class ReferenceKernels
{
    protected override void AttentionS8Core(AttentionRingS8 ring, int tokens, int newest, AttentionRule rule,
        ReadOnlySpan<float> q, Span<float> y, Span<byte> scratch)
    {
        var padded = PackedLayout.PadRows(tokens);
        var weights = MemoryMarshal.Cast<byte, float>(scratch)[..padded];
        var bytes = MemoryMarshal.Cast<byte, sbyte>(scratch[(padded * sizeof(float))..]);
        var keys = new MatrixS8(ring.Keys, default, default, tokens, ring.KeySize);
        var values = new MatrixS8(ring.Values, default, default, ring.ValueSize, ring.Window).FirstColumns(tokens);
        for (var head = 0; head * ring.KeySize < q.Length; head++)
        {
            var scale = QuantizeS8Core(q.Slice(head * ring.KeySize, ring.KeySize), bytes, 0f) * rule.Scale;
            for (var token = 0; token < tokens; token++)
                weights[token] = Score(RowSum(keys, token, bytes) * (scale * ring.KeyScale[token]), rule, head, token, newest, tokens);
            var sum = Exponentials(weights[..tokens]);

            for (var token = 0; token < tokens; token++)
                weights[token] *= ring.ValueScale[token];
            var high = bytes[..padded];
            var low = bytes.Slice(padded, padded);
            var step = Digits(weights[..tokens], high, low);
            for (var row = 0; row < ring.ValueSize; row++)
            {
                var product = MathF.FusedMultiplyAdd(RowSum(values, row, high), 128f, RowSum(values, row, low));
                y[head * ring.ValueSize + row] = product * (step / sum);
            }
        }
    }

    protected override void AttentionF32Core(AttentionRingF32 ring, int tokens, int newest, AttentionRule rule,
        ReadOnlySpan<float> q, Span<float> y, Span<byte> scratch)
    {
        var weights = MemoryMarshal.Cast<byte, float>(scratch)[..tokens];
        var keys = new MatrixF32(ring.Keys, default, tokens, ring.KeySize);
        var values = new MatrixF32(ring.Values, default, ring.ValueSize, ring.Window).FirstColumns(tokens);
        for (var head = 0; head * ring.KeySize < q.Length; head++)
        {
            for (var token = 0; token < tokens; token++)
                weights[token] = Score(LinearRow(keys, token, q.Slice(head * ring.KeySize, ring.KeySize)) * rule.Scale, rule, head, token, newest, tokens);
            var inverse = 1f / Exponentials(weights);
            for (var row = 0; row < ring.ValueSize; row++)
                y[head * ring.ValueSize + row] = LinearRow(values, row, weights) * inverse;
        }
    }

    /// <summary>Softcap, bias and the clamp to finite values, which leaves at least one weight at 1.</summary>
    private static float Score(float score, AttentionRule rule, int head, int slot, int newest, int tokens)
    {
        if (rule.Softcap != 0f)
            score = rule.Softcap * GateMath<FineTanh>.Tanh(new Lanes1(score / rule.Softcap)).Value;
        if (rule.Kind != AttentionBias.None)
        {
            var index = rule.Kind == AttentionBias.Absolute ? slot : slot <= newest ? newest - slot : newest - slot + tokens;
            score += rule.Bias[head * rule.BiasStride + index];
        }

        score = score > -float.MaxValue ? score : -float.MaxValue;
        return score < float.MaxValue ? score : float.MaxValue;
    }

    /// <summary>Replaces scores by exp(score - largest) and returns their sum.</summary>
    private float Exponentials(Span<float> scores)
    {
        var largest = Max(scores);
        foreach (ref var score in scores)
            score = Exp(score - largest);
        return Sum(scores);
    }

    /// <summary>Splits non-negative weights, in steps of largest/16383, into digits of base 128; returns the step.</summary>
    private float Digits(ReadOnlySpan<float> weights, Span<sbyte> high, Span<sbyte> low)
    {
        high.Clear();
        low.Clear();
        var largest = Max(weights);
        if (!(largest >= 7.8886091e-31f))
            return 0f;
        var inverse = 16383f / largest;
        for (var token = 0; token < weights.Length; token++)
        {
            var digits = (int)(weights[token] * inverse + ElementMath.RoundingMagic - ElementMath.RoundingMagic);
            high[token] = (sbyte)(digits >> 7);
            low[token] = (sbyte)(digits & 127);
        }

        return largest / 16383f;
    }
}
