using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

// Scores lie in scratch memory padded to whole tiles; padding holds -∞ as a score and 0 as a weight.
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    protected override void AttentionS8Core(AttentionRingS8 ring, int tokens, int newest, AttentionRule rule,
        ReadOnlySpan<float> q, Span<float> y, Span<byte> scratch)
    {
        var padded = PackedLayout.PadRows(tokens);
        var keyStride = PackedLayout.TileLengthS8(ring.KeySize);
        var valueStride = PackedLayout.TileLengthS8(ring.Window);
        var sums = stackalloc int[TilesPerPass * TileRows];
        var lowSums = stackalloc int[TilesPerPass * TileRows];
        fixed (sbyte* keys = ring.Keys, values = ring.Values)
        fixed (float* keyScale = ring.KeyScale, valueScale = ring.ValueScale, qs = q, ys = y)
        fixed (byte* memory = scratch)
        {
            var scores = (float*)memory;
            var prepared = memory + padded * sizeof(float);
            for (nint head = 0; head * ring.KeySize < q.Length; head++)
            {
                var qPrepared = Prepare(qs + head * ring.KeySize, ring.KeySize, 0f, prepared);
                var scale = TLanes.Create(qPrepared.Scale * rule.Scale);
                for (nint token = 0; token < tokens; token += TilesPerPass * TileRows)
                {
                    var count = Math.Min(padded - token, TilesPerPass * TileRows);
                    TDot.Dot(keys + token / TileRows * keyStride, keyStride, count / TileRows, qPrepared, sums);
                    for (nint i = 0; i < count; i += TLanes.Count)
                    {
                        var factor = scale * LoadUpToOrNone(keyScale + token + i, tokens - token - i);
                        TLanes.Store(TLanes.LoadInt32(sums + i) * factor, scores + token + i);
                    }
                }

                var sum = ScoresToWeights(scores, tokens, newest, rule, head);
                var step = Digits(scores, valueScale, tokens, prepared, out var high, out var low);
                var factors = TLanes.Create(step / sum);
                for (nint row = 0; row < ring.ValueSize; row += TilesPerPass * TileRows)
                {
                    var count = Math.Min(ring.ValueSize - row, TilesPerPass * TileRows);
                    var tiles = (count + TileRows - 1) / TileRows;
                    TDot.Dot(values + row / TileRows * valueStride, valueStride, tiles, high, sums);
                    TDot.Dot(values + row / TileRows * valueStride, valueStride, tiles, low, lowSums);
                    for (nint i = 0; i < count; i += TLanes.Count)
                    {
                        var product = TLanes.Fma(TLanes.LoadInt32(sums + i), TLanes.Create(128f), TLanes.LoadInt32(lowSums + i));
                        StoreUpTo(product * factors, ys + head * ring.ValueSize + row + i, count - i);
                    }
                }
            }
        }
    }

    protected override void AttentionF32Core(AttentionRingF32 ring, int tokens, int newest, AttentionRule rule,
        ReadOnlySpan<float> q, Span<float> y, Span<byte> scratch)
    {
        var padded = PackedLayout.PadRows(tokens);
        var keyStride = PackedLayout.TileLengthF32(ring.KeySize);
        var valueStride = PackedLayout.TileLengthF32(ring.Window);
        var sums = stackalloc float[TilesPerPass * TileRows];
        fixed (float* keys = ring.Keys, values = ring.Values, qs = q, ys = y)
        fixed (byte* memory = scratch)
        {
            var scores = (float*)memory;
            for (nint head = 0; head * ring.KeySize < q.Length; head++)
            {
                DotF32<TLanes>.Dot(keys, keyStride, padded / TileRows, qs + head * ring.KeySize, ring.KeySize, scores);
                Scale(scores, padded, rule.Scale);
                var factors = TLanes.Create(1f / ScoresToWeights(scores, tokens, newest, rule, head));
                for (nint row = 0; row < ring.ValueSize; row += TilesPerPass * TileRows)
                {
                    var count = Math.Min(ring.ValueSize - row, TilesPerPass * TileRows);
                    DotF32<TLanes>.Dot(values + row / TileRows * valueStride, valueStride, (count + TileRows - 1) / TileRows, scores, tokens, sums);
                    for (nint i = 0; i < count; i += TLanes.Count)
                        StoreUpTo((TLanes.Load(sums + i) + TLanes.Zero) * factors, ys + head * ring.ValueSize + row + i, count - i);
                }
            }
        }
    }

    /// <summary>Softcap, bias, clamp and exponentials in place; returns their sum.</summary>
    private static float ScoresToWeights(float* scores, int tokens, int newest, in AttentionRule rule, nint head)
    {
        var padded = PackedLayout.PadRows(tokens);
        if (rule.Softcap != 0f)
        {
            var cap = TLanes.Create(rule.Softcap);
            for (nint i = 0; i < padded; i += TLanes.Count)
                TLanes.Store(cap * GateMath<FineTanh>.Tanh(TLanes.Load(scores + i) / cap), scores + i);
        }

        if (rule.Kind != AttentionBias.None)
            AddBias(scores, tokens, newest, rule, (int)head * rule.BiasStride);
        var low = TLanes.Create(-float.MaxValue);
        var high = TLanes.Create(float.MaxValue);
        for (nint i = 0; i < padded; i += TLanes.Count)
            TLanes.Store(TLanes.AtMost(TLanes.AtLeast(TLanes.Load(scores + i), low), high), scores + i);
        new Span<float>(scores + tokens, padded - tokens).Fill(float.NegativeInfinity);
        Exponentials(scores, scores, padded, Max(scores, padded));
        return Sum(scores, padded);
    }

    private static void AddBias(float* scores, int tokens, int newest, in AttentionRule rule, int start)
    {
        var bias = rule.Bias[start..];
        for (var slot = 0; slot < tokens; slot++)
        {
            var index = rule.Kind == AttentionBias.Absolute ? slot : slot <= newest ? newest - slot : newest - slot + tokens;
            scores[slot] += bias[index];
        }
    }

    /// <summary>Multiplies the weights by the values' scales and splits them, in steps of largest/16383, into digits of base 128;
    /// returns the step.</summary>
    private static float Digits(float* weights, float* valueScale, int tokens, byte* prepared, out PreparedVector high, out PreparedVector low)
    {
        const float SmallestMagnitude = 7.8886091e-31f;
        var padded = PackedLayout.PadRows(tokens);
        for (nint i = 0; i < padded; i += TLanes.Count)
            TLanes.Store(TLanes.Load(weights + i) * LoadUpToOrNone(valueScale + i, tokens - i), weights + i);
        var largest = Max(weights, padded);
        var isZero = !(largest >= SmallestMagnitude);
        var inverse = TLanes.Create(isZero ? 0f : 16383f / largest);
        var digitMask = TLanes.Create(BitConverter.Int32BitsToSingle(127));
        var magic = TLanes.Create(ElementMath.RoundingMagic);
        var highs = (sbyte*)prepared;
        var lows = highs + 2 * padded;
        for (nint i = 0; i < padded; i += TLanes.Count)
        {
            var digits = TLanes.SubtractBits(TLanes.Load(weights + i) * inverse + magic, magic);
            TLanes.StoreLowBytes(TLanes.ShiftRight(digits, 7), highs + i);
            TLanes.StoreLowBytes(TLanes.And(digits, digitMask), lows + i);
        }

        high = new PreparedVector(highs, highs + padded, padded, TDot.Prepare(highs, highs + padded, padded), 1f);
        low = new PreparedVector(lows, lows + padded, padded, TDot.Prepare(lows, lows + padded, padded), 1f);
        return isZero ? 0f : largest / 16383f;
    }

    private static TLanes LoadUpToOrNone(float* source, nint available) =>
        available > 0 ? LoadUpTo(source, available) : TLanes.Zero;
}
