using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

// Scores lie in scratch memory padded to whole tiles; weights are 0 in the padding.
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    protected override void AppendS8Core(in AttentionRingS8 ring, int slot, ReadOnlySpan<float> k, ReadOnlySpan<float> v,
        Span<byte> scratch)
    {
        fixed (sbyte* keys = ring.Keys, values = ring.Values)
        fixed (float* keyScale = ring.KeyScale, valueScale = ring.ValueScale, ks = k, vs = v)
        fixed (byte* memory = scratch)
        {
            var quantized = (sbyte*)memory;
            var key = keys + PackedLayout.OffsetS8(slot, 0, ring.Window, ring.KeySize);
            var keyLine = PackedLayout.TilesOfBlock(slot / TileRows, KeyTiles(ring)) * PackedLayout.LineBytes;
            var value = values + PackedLayout.OffsetByTileS8(0, slot, ring.Window);
            for (nint head = 0; head < ring.Heads; head++, key += ring.KeysLength, value += ring.ValuesLength)
            {
                keyScale[head * ring.Window + slot] = Quantize(ks + head * ring.KeySize, ring.KeySize, quantized, 0f);
                for (nint group = 0; group < ring.KeySize; group += PackedLayout.GroupColumns)
                    *(int*)(key + group / PackedLayout.GroupColumns * keyLine) = *(int*)(quantized + group);
                valueScale[head * ring.Window + slot] = Quantize(vs + head * ring.ValueSize, ring.ValueSize, quantized, 0f);
                WriteColumn(quantized, ring.ValueSize, value, PackedLayout.TileLengthS8(ring.Window));
            }
        }
    }

    // Each loop over the heads of a pass waits once for a result of each head (its largest score, its largest weight), while the
    // processor already works on the next head.
    protected override void AttentionS8Core(in AttentionRingS8 ring, int tokens, int newest, in AttentionRule rule,
        ReadOnlySpan<float> q, Span<float> y, Span<byte> scratch)
    {
        var heads = q.Length / ring.KeySize;
        var sharing = heads / ring.Heads;
        // Keys that are not there yet get sums with the rest of their block, which nothing reads.
        const int BlockRows = PackedLayout.BlockTiles * TileRows;
        var tiles = Math.Min((tokens + BlockRows - 1) / BlockRows * PackedLayout.BlockTiles, KeyTiles(ring));
        var scoreBytes = tiles * TileRows * sizeof(float);
        var headBytes = scoreBytes + KernelScratch.AttentionQueryBytes(ring.KeySize);
        var largest = stackalloc float[KernelScratch.AttentionHeads];
        var isPlain = rule.IsPlain;
        fixed (sbyte* keys = ring.Keys, values = ring.Values)
        fixed (float* keyScale = ring.KeyScale, valueScale = ring.ValueScale, qs = q, ys = y)
        fixed (byte* memory = scratch)
        {
            for (var first = 0; first < heads; first += KernelScratch.AttentionHeads)
            {
                var count = Math.Min(heads - first, KernelScratch.AttentionHeads);
                for (var i = 0; i < count; i++)
                {
                    var head = first + i;
                    var shared = head / sharing;
                    var scores = (float*)(memory + i * headBytes);
                    var query = Prepare(qs + head * ring.KeySize, ring.KeySize, 0f, memory + i * headBytes + scoreBytes);
                    TDot.Dot(keys + shared * ring.KeysLength, tiles, query, (int*)scores);
                    var scales = keyScale + shared * ring.Window;
                    largest[i] = isPlain
                        ? PlainScores(scores, scales, query.Scale * rule.Scale, tokens)
                        : Scores(scores, scales, query.Scale * rule.Scale, tokens, newest, rule, head);
                }

                for (var i = 0; i < count; i++)
                {
                    var shared = (first + i) / sharing;
                    largest[i] = Weights((float*)(memory + i * headBytes), valueScale + shared * ring.Window, tokens, largest[i]);
                }

                for (var i = 0; i < count; i++)
                {
                    var head = first + i;
                    MixValues(values + head / sharing * ring.ValuesLength, PackedLayout.TileLengthS8(ring.Window),
                        (short*)(memory + i * headBytes),
                        PackedLayout.PadRows(tokens), largest[i], ys + head * ring.ValueSize, ring.ValueSize);
                }
            }
        }
    }

    protected override void AttentionF32Core(in AttentionRingF32 ring, int tokens, int newest, in AttentionRule rule,
        ReadOnlySpan<float> q, Span<float> y, Span<byte> scratch)
    {
        var heads = q.Length / ring.KeySize;
        var sharing = heads / ring.Heads;
        var padded = PackedLayout.PadRows(tokens);
        var keyStride = PackedLayout.TileLengthF32(ring.KeySize);
        var valueStride = PackedLayout.TileLengthF32(ring.Window);
        var sumsRoom = stackalloc float[TilesPerPass * TileRows + StackLine.Room];
        var sums = StackLine.In(sumsRoom);
        fixed (float* keys = ring.Keys, values = ring.Values, qs = q, ys = y)
        fixed (byte* memory = scratch)
        {
            var scores = (float*)memory;
            for (nint head = 0; head < heads; head++)
            {
                var shared = head / sharing;
                TLanes.Dot(keys + shared * ring.KeysLength, keyStride, padded / TileRows, qs + head * ring.KeySize, ring.KeySize, scores);
                Scale(scores, padded, rule.Scale);
                var largest = FinishScores(scores, tokens, newest, rule, (int)head);
                if (largest <= AttentionRule.Hidden)
                {
                    new Span<float>(ys + head * ring.ValueSize, ring.ValueSize).Clear();
                    continue;
                }

                var factors = TLanes.Create(1f / SixteenSums<TLanes>.Of(new AttentionTerms(scores, largest, scores), tokens));
                for (nint row = 0; row < ring.ValueSize; row += TilesPerPass * TileRows)
                {
                    var count = Math.Min(ring.ValueSize - row, TilesPerPass * TileRows);
                    TLanes.Dot(values + shared * ring.ValuesLength + row / TileRows * valueStride, valueStride,
                        (count + TileRows - 1) / TileRows, scores, tokens, sums);
                    for (nint i = 0; i < count; i += TLanes.Count)
                        StoreUpTo((TLanes.Load(sums + i) + TLanes.Zero) * factors, ys + head * ring.ValueSize + row + i, count - i);
                }
            }
        }
    }

    private static int KeyTiles(in AttentionRingS8 ring) => PackedLayout.PadRows(ring.Window) / TileRows;

    /// <summary>Writes one column of a matrix that lies tile by tile: a byte in each group of four.</summary>
    private static void WriteColumn(sbyte* bytes, nint rows, sbyte* column, nint tileStride)
    {
        for (; rows >= TileRows; rows -= TileRows, bytes += TileRows, column += tileStride)
        {
            for (nint row = 0; row < TileRows; row++)
                column[row * PackedLayout.GroupColumns] = bytes[row];
        }

        for (nint row = 0; row < rows; row++)
            column[row * PackedLayout.GroupColumns] = bytes[row];
    }

    /// <summary>As <see cref="Scores"/> in one pass, where the products, scaled, are the scores.</summary>
    private static float PlainScores(float* scores, float* keyScale, float scale, nint tokens)
    {
        var scales = TLanes.Create(scale);
        var largest = TLanes.Create(-float.MaxValue);
        nint i = 0;
        for (; i <= tokens - TLanes.Count; i += TLanes.Count)
        {
            var score = Clamp(TLanes.LoadInt32((int*)scores + i) * (scales * TLanes.Load(keyScale + i)));
            TLanes.Store(score, scores + i);
            largest = TLanes.AtLeast(score, largest);
        }

        if (i < tokens)
        {
            TLanes.Store(TLanes.LoadInt32((int*)scores + i) * (scales * TLanes.LoadFirst(keyScale + i, tokens - i, TLanes.Zero)),
                scores + i);
            var score = Clamp(TLanes.LoadFirst(scores + i, tokens - i, TLanes.Create(float.NegativeInfinity)));
            TLanes.Store(score, scores + i);
            largest = TLanes.AtLeast(score, largest);
        }

        return TLanes.Largest(largest);
    }

    /// <summary>Turns products into scores, in place; returns the largest.</summary>
    private static float Scores(float* scores, float* keyScale, float scale, int tokens, int newest, in AttentionRule rule, int head)
    {
        var scales = TLanes.Create(scale);
        nint i = 0;
        for (; i <= tokens - TLanes.Count; i += TLanes.Count)
            TLanes.Store(TLanes.LoadInt32((int*)scores + i) * (scales * TLanes.Load(keyScale + i)), scores + i);
        if (i < tokens)
        {
            TLanes.Store(TLanes.LoadInt32((int*)scores + i) * (scales * TLanes.LoadFirst(keyScale + i, tokens - i, TLanes.Zero)),
                scores + i);
        }

        return FinishScores(scores, tokens, newest, rule, head);
    }

    /// <summary>Softcap, biases and clamp; returns the largest score.</summary>
    private static float FinishScores(float* scores, int tokens, int newest, in AttentionRule rule, int head)
    {
        if (rule.Softcap != 0f)
        {
            var cap = TLanes.Create(rule.Softcap);
            for (nint i = 0; i < tokens; i += TLanes.Count)
                TLanes.Store(cap * GateMath<FineTanh>.Tanh(TLanes.Load(scores + i) / cap), scores + i);
        }

        if (rule.Kind != AttentionBias.None)
            AddBias(scores, tokens, newest, rule, head * rule.BiasStride);
        for (var slot = 0; slot < rule.KeyBias.Length; slot++)
            scores[slot] += rule.KeyBias[slot];
        return ClampAndFindLargest(scores, tokens);
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

    /// <summary>Clamps scores to finite values. Whether the largest is 0 or -0 depends on the register width and makes no difference
    /// to an exponential.</summary>
    private static float ClampAndFindLargest(float* scores, nint tokens)
    {
        var largest = TLanes.Create(-float.MaxValue);
        nint i = 0;
        for (; i <= tokens - TLanes.Count; i += TLanes.Count)
        {
            var score = Clamp(TLanes.Load(scores + i));
            TLanes.Store(score, scores + i);
            largest = TLanes.AtLeast(score, largest);
        }

        if (i < tokens)
        {
            var score = Clamp(TLanes.LoadFirst(scores + i, tokens - i, TLanes.Create(float.NegativeInfinity)));
            TLanes.Store(score, scores + i);
            largest = TLanes.AtLeast(score, largest);
        }

        return TLanes.Largest(largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Clamp(TLanes score) =>
        TLanes.AtMost(TLanes.AtLeast(score, TLanes.Create(-float.MaxValue)), TLanes.Create(float.MaxValue));

    /// <summary>Replaces scores by weights of 14 bits; returns the factor that makes them add up to 1 where all values' scales are
    /// 1.</summary>
    private static float Weights(float* scores, float* valueScale, nint tokens, float largestScore)
    {
        const float SmallestMagnitude = 7.8886091e-31f;
        var sum = SixteenSums<TLanes>.Of(new AttentionTerms(scores, largestScore, scores), tokens);
        if (tokens % TileRows != 0)
            new Span<float>(scores + tokens, PackedLayout.PadRows((int)tokens) - (int)tokens).Clear();
        var largest = ScaleWeights(scores, valueScale, tokens);
        var isZero = !(largest >= SmallestMagnitude) || largestScore <= AttentionRule.Hidden;
        RoundTo14Bits(scores, (short*)scores, tokens, isZero ? 0f : 16383f / largest);
        return (isZero ? 0f : largest / 16383f) / sum;
    }

    /// <summary>Multiplies weights by the values' scales; returns the largest product.</summary>
    private static float ScaleWeights(float* weights, float* valueScale, nint tokens)
    {
        // Products are 0 or more, so no 0 of the other sign can come up.
        var largest = TLanes.Zero;
        nint i = 0;
        for (; i <= tokens - TLanes.Count; i += TLanes.Count)
        {
            var weight = TLanes.Load(weights + i) * TLanes.Load(valueScale + i);
            TLanes.Store(weight, weights + i);
            largest = TLanes.AtLeast(weight, largest);
        }

        if (i < tokens)
        {
            var weight = TLanes.Load(weights + i) * TLanes.LoadFirst(valueScale + i, tokens - i, TLanes.Zero);
            TLanes.Store(weight, weights + i);
            largest = TLanes.AtLeast(weight, largest);
        }

        return TLanes.Largest(largest);
    }

    /// <summary>Rounded may start where the weights do.</summary>
    private static void RoundTo14Bits(float* weights, short* rounded, nint tokens, float inverse)
    {
        var factor = TLanes.Create(inverse);
        var magic = TLanes.Create(ElementMath.RoundingMagic);
        for (nint i = 0; i < PackedLayout.PadRows((int)tokens); i += TLanes.Count)
            TLanes.StoreLowShorts(TLanes.Fma(TLanes.Load(weights + i), factor, magic), rounded + i);
    }

    /// <summary>y = factor·(weights·values).</summary>
    private static void MixValues(sbyte* values, nint stride, short* weights, nint tokens, float factor, float* y, nint valueSize)
    {
        var sumsRoom = stackalloc int[TilesPerPass * TileRows + StackLine.Room];
        var sums = StackLine.In(sumsRoom);
        var totalsRoom = stackalloc float[TilesPerPass * TileRows + StackLine.Room];
        var totals = StackLine.In(totalsRoom);
        for (nint row = 0; row < valueSize; row += TilesPerPass * TileRows, values += TilesPerPass * stride)
        {
            var count = Math.Min(valueSize - row, TilesPerPass * TileRows);
            var tiles = (count + TileRows - 1) / TileRows;
            nint first = 0;
            for (; first + AttentionRingS8.TokensPerSum < tokens; first += AttentionRingS8.TokensPerSum)
            {
                TDot.WeightedSums(values + first * TileRows, stride, tiles, weights + first, AttentionRingS8.TokensPerSum, sums);
                for (nint i = 0; i < count; i += TLanes.Count)
                    TLanes.Store(TLanes.LoadInt32(sums + i) + (first == 0 ? TLanes.Zero : TLanes.Load(totals + i)), totals + i);
            }

            TDot.WeightedSums(values + first * TileRows, stride, tiles, weights + first, tokens - first, sums);
            var factors = TLanes.Create(factor);
            for (nint i = 0; i < count; i += TLanes.Count)
            {
                StoreUpTo((TLanes.LoadInt32(sums + i) + (first == 0 ? TLanes.Zero : TLanes.Load(totals + i))) * factors, y + row + i,
                    count - i);
            }
        }
    }
}
