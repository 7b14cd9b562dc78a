using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Reference;

internal sealed partial class ReferenceKernels
{
    protected override void AppendS8Core(in AttentionRingS8 ring, int slot, ReadOnlySpan<float> k, ReadOnlySpan<float> v,
        Span<byte> scratch)
    {
        var quantized = MemoryMarshal.Cast<byte, sbyte>(scratch);
        for (var head = 0; head < ring.Heads; head++)
        {
            ring.KeyScale[head * ring.Window + slot] = QuantizeS8Core(k.Slice(head * ring.KeySize, ring.KeySize), quantized, 0f);
            for (var column = 0; column < ring.KeySize; column++)
                ring.Keys[head * ring.KeysLength + PackedLayout.OffsetS8(slot, column, ring.Window, ring.KeySize)] = quantized[column];
            ring.ValueScale[head * ring.Window + slot] = QuantizeS8Core(v.Slice(head * ring.ValueSize, ring.ValueSize), quantized, 0f);
            for (var row = 0; row < ring.ValueSize; row++)
                ring.Values[head * ring.ValuesLength + PackedLayout.OffsetByTileS8(row, slot, ring.Window)] = quantized[row];
        }
    }

    protected override void AttentionS8Core(in AttentionRingS8 ring, int tokens, int newest, in AttentionRule rule,
        ReadOnlySpan<float> q, Span<float> y, Span<byte> scratch)
    {
        var weights = MemoryMarshal.Cast<byte, float>(scratch)[..tokens];
        var quantized = MemoryMarshal.Cast<byte, sbyte>(scratch[KernelScratch.AttentionScoreBytes(tokens)..]);
        var queryHeads = q.Length / ring.KeySize;
        for (var head = 0; head < queryHeads; head++)
        {
            var shared = head / (queryHeads / ring.Heads);
            var keys = new MatrixS8(ring.Keys[(shared * ring.KeysLength)..], default, default, ring.Window, ring.KeySize);
            var values = ring.Values[(shared * ring.ValuesLength)..];
            var scale = QuantizeS8Core(q.Slice(head * ring.KeySize, ring.KeySize), quantized, 0f) * rule.Scale;
            for (var token = 0; token < tokens; token++)
            {
                var score = RowSum(keys, token, quantized) * (scale * ring.KeyScale[shared * ring.Window + token]);
                weights[token] = Score(score, rule, head, token, newest, tokens);
            }

            var isHidden = Max(weights) <= AttentionRule.Hidden;
            var sum = Exponentials(weights);
            for (var token = 0; token < tokens; token++)
                weights[token] *= isHidden ? 0f : ring.ValueScale[shared * ring.Window + token];
            var step = RoundTo14Bits(weights);
            for (var row = 0; row < ring.ValueSize; row++)
                y[head * ring.ValueSize + row] = WeightedSum(values, ring.Window, row, weights) * (step / sum);
        }
    }

    protected override void AttentionF32Core(in AttentionRingF32 ring, int tokens, int newest, in AttentionRule rule,
        ReadOnlySpan<float> q, Span<float> y, Span<byte> scratch)
    {
        var weights = MemoryMarshal.Cast<byte, float>(scratch)[..tokens];
        var queryHeads = q.Length / ring.KeySize;
        for (var head = 0; head < queryHeads; head++)
        {
            var shared = head / (queryHeads / ring.Heads);
            var keys = new MatrixF32(ring.Keys[(shared * ring.KeysLength)..], default, tokens, ring.KeySize);
            var values = new MatrixF32(ring.Values[(shared * ring.ValuesLength)..], default, ring.ValueSize, ring.Window)
                .FirstColumns(tokens);
            for (var token = 0; token < tokens; token++)
            {
                weights[token] = Score(LinearRow(keys, token, q.Slice(head * ring.KeySize, ring.KeySize)) * rule.Scale, rule, head, token,
                    newest, tokens);
            }

            if (Max(weights) <= AttentionRule.Hidden)
            {
                y.Slice(head * ring.ValueSize, ring.ValueSize).Clear();
                continue;
            }

            var inverse = 1f / Exponentials(weights);
            for (var row = 0; row < ring.ValueSize; row++)
                y[head * ring.ValueSize + row] = LinearRow(values, row, weights) * inverse;
        }
    }

    /// <summary>Softcap, biases and the clamp to finite values, which leaves at least one weight at 1.</summary>
    private static float Score(float score, in AttentionRule rule, int head, int slot, int newest, int tokens)
    {
        if (rule.Softcap != 0f)
            score = rule.Softcap * GateMath<FineTanh>.Tanh(new Lanes1(score / rule.Softcap)).Value;
        if (rule.Kind != AttentionBias.None)
        {
            var index = rule.Kind == AttentionBias.Absolute ? slot : slot <= newest ? newest - slot : newest - slot + tokens;
            score += rule.Bias[head * rule.BiasStride + index];
        }

        if (!rule.KeyBias.IsEmpty)
            score += rule.KeyBias[slot];

        score = score > -float.MaxValue ? score : -float.MaxValue;
        return score < float.MaxValue ? score : float.MaxValue;
    }

    /// <summary>Replaces scores by exp(score - largest) and returns their sum.</summary>
    private float Exponentials(Span<float> scores)
    {
        var largest = Max(scores);
        foreach (ref var score in scores)
            score = ElementMath.ExpOfNonPositive(new Lanes1(score - largest)).Value;
        return Sum(scores);
    }

    /// <summary>Rounds non-negative weights to integers, in steps of largest/16383; returns the step.</summary>
    private float RoundTo14Bits(Span<float> weights)
    {
        var largest = Max(weights);
        if (!(largest >= SmallestMagnitude))
        {
            weights.Clear();
            return 0f;
        }

        var inverse = 16383f / largest;
        foreach (ref var weight in weights)
            weight = MathF.FusedMultiplyAdd(weight, inverse, ElementMath.RoundingMagic) - ElementMath.RoundingMagic;
        return largest / 16383f;
    }

    /// <summary>Weights are integers; values lie tile by tile.</summary>
    private static float WeightedSum(ReadOnlySpan<sbyte> values, int window, int row, ReadOnlySpan<float> weights)
    {
        var total = 0f;
        for (var first = 0; first < weights.Length; first += AttentionRingS8.TokensPerSum)
        {
            var sum = 0;
            for (var token = first; token < Math.Min(weights.Length, first + AttentionRingS8.TokensPerSum); token++)
                sum += values[PackedLayout.OffsetByTileS8(row, token, window)] * (int)weights[token];
            total += sum;
        }

        return total;
    }
}
