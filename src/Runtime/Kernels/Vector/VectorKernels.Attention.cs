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
            var keyCodes = Codes(ks, ring.KeySize, ring.Heads, memory);
            var valueCodes = Codes(vs, ring.ValueSize, ring.Heads, keyCodes.Header(ring.Heads));
            var key = keys + PackedLayout.OffsetS8(slot, 0, ring.Window, ring.KeySize);
            var keyLine = PackedLayout.TilesOfBlock(slot / TileRows, KeyTiles(ring)) * PackedLayout.LineBytes;
            for (nint head = 0; head < ring.Heads; head++, key += ring.KeysLength)
            {
                keyScale[head * ring.Window + slot] = keyCodes.Scale(head);
                var codes = keyCodes.Values(head);
                for (nint group = 0; group < ring.KeySize; group += PackedLayout.GroupColumns)
                    *(int*)(key + group / PackedLayout.GroupColumns * keyLine) = *(int*)(codes + group);
            }

            var value = values + PackedLayout.OffsetByTileS8(0, slot, ring.Window);
            for (nint head = 0; head < ring.Heads; head++, value += ring.ValuesLength)
            {
                valueScale[head * ring.Window + slot] = valueCodes.Scale(head);
                WriteColumn(valueCodes.Values(head), ring.ValueSize, value, PackedLayout.TileLengthS8(ring.Window));
            }
        }
    }

    // Each loop over the heads of a pass waits once for a result of each head (its largest score, its largest weight), while the
    // processor already works on the next head.
    protected override void AttentionS8Core(in AttentionRingS8 ring, int tokens, int newest, in AttentionRule rule,
        ReadOnlySpan<float> q, Span<float> y, Span<byte> scratch)
    {
        // Keys that are not there yet get sums with the rest of their block, which nothing reads.
        const int BlockRows = PackedLayout.BlockTiles * TileRows;
        nint heads = q.Length / ring.KeySize;
        var sharing = heads / ring.Heads;
        nint window = ring.Window, keySize = ring.KeySize, valueSize = ring.ValueSize;
        nint keysLength = ring.KeysLength, valuesLength = ring.ValuesLength;
        nint tiles = Math.Min((tokens + BlockRows - 1) / BlockRows * PackedLayout.BlockTiles, KeyTiles(ring));
        var scoreBytes = tiles * TileRows * sizeof(float);
        var room = stackalloc byte[KernelScratch.AttentionHeads * AttentionHead.Bytes + PackedLayout.LineBytes];
        var found = (AttentionHead*)StackLine.In((int*)room);
        var isPlain = rule.IsPlain;
        fixed (sbyte* keys = ring.Keys, values = ring.Values)
        fixed (float* keyScale = ring.KeyScale, valueScale = ring.ValueScale, qs = q, ys = y)
        fixed (byte* memory = scratch)
        {
            for (nint first = 0; first < heads; first += KernelScratch.AttentionHeads)
            {
                var count = Math.Min(heads - first, KernelScratch.AttentionHeads);
                var queries = new PreparedVectors(memory + count * scoreBytes, ring.KeySize);
                Quantize(new PatchesF32(qs + first * keySize, null, null, 1, keySize), count, 0f, queries);
                for (nint i = 0; i < count; i++)
                {
                    var shared = sharing == 1 ? first + i : (first + i) / sharing;
                    var head = found + i;
                    var query = queries.Values(i);
                    head->Keys = keys + shared * keysLength;
                    head->Query = query;
                    head->QueryEnd = query + queries.Length;
                    head->Start = PreparedVector.CorrectionBefore(query);
                    head->KeyScale = keyScale + shared * window;
                    head->Scale = BitConverter.SingleToInt32Bits(queries.Scale(i) * rule.Scale);
                    head->Scores = (float*)(memory + i * scoreBytes);
                    head->ValueScale = valueScale + shared * window;
                    head->Values = values + shared * valuesLength;
                    head->ValueStride = PackedLayout.TileLengthS8(ring.Window);
                    head->Y = ys + (first + i) * valueSize;
                    head->Tiles = valueSize / TileRows;
                }

                var done = isPlain ? TDot.Scores(found, count, tokens) : 0;
                for (nint i = 0; i < count; i++)
                    FinishScores(found + i, queries[i], done, tiles, tokens, newest, rule, (int)(first + i));
                done = TDot.Weights(found, count, tokens);
                for (nint i = 0; i < count; i++)
                    FinishWeights(found + i, done, tokens);
                if (valueSize % TileRows == 0 && tokens <= AttentionRingS8.TokensPerSum && TDot.MixValues(found, count, tokens))
                    continue;
                for (nint i = 0; i < count; i++)
                {
                    TDot.RoundWeights<TLanes>(found[i].Scores, tokens, BitConverter.Int32BitsToSingle((int)found[i].Inverse));
                    MixValues(found + i, tokens, valueSize);
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
        var found = stackalloc float[2 * TileRows];
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

                new Span<float>(found, 2 * TileRows).Clear();
                var factors = TLanes.Create(1f / SumOfWeights(scores, null, 0, tokens, largest, found, out _));
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

    /// <summary>The plain codes and the scales of vectors that lie one after another.</summary>
    private static PreparedVectors Codes(float* x, int size, nint vectors, byte* memory)
    {
        var prepared = new PreparedVectors(memory, size);
        var patches = new PatchesF32(x, null, null, 1, size);
        var done = QuantizeFours(patches, vectors, prepared, shifted: false);
        FindScales(patches, done, vectors, prepared);
        for (; done < vectors; done++)
        {
            if (prepared.Inverse(done) is not 0f and var inverse)
                Codes(x + done * size, size, inverse, prepared.Values(done), TLanes.Zero);
            else
                new Span<sbyte>(prepared.Values(done), size).Clear();
        }

        return prepared;
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

    /// <summary>The scores from some block on, and the largest of all.</summary>
    private static void FinishScores(AttentionHead* head, in PreparedVector query, nint done, nint tiles, int tokens, int newest,
        in AttentionRule rule, int index)
    {
        var largest = done > 0 ? LargestOf(head->Largest) : -float.MaxValue;
        if (done < tokens)
        {
            var scores = head->Scores + done;
            TDot.Dot(head->Keys + done * query.Length, tiles - done / TileRows, query, (int*)scores);
            var scale = BitConverter.Int32BitsToSingle((int)head->Scale);
            largest = MathF.Max(largest, rule.IsPlain
                ? PlainScores(scores, head->KeyScale + done, scale, tokens - done)
                : Scores(scores, head->KeyScale, scale, tokens, newest, rule, index));
        }

        head->Highest = BitConverter.SingleToInt32Bits(largest);
    }

    /// <summary>Of 16 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LargestOf(float* lanes)
    {
        var largest = TLanes.Load(lanes);
        for (nint i = TLanes.Count; i < TileRows; i += TLanes.Count)
            largest = TLanes.AtLeast(TLanes.Load(lanes + i), largest);
        return TLanes.Largest(largest);
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

    /// <summary>Replaces scores from some tile on by their exponentials, which it adds up, times the values' scales. Behind the last token
    /// weights are 0 up to a whole tile. Then what weights are rounded with.</summary>
    private static void FinishWeights(AttentionHead* head, nint done, nint tokens)
    {
        // What the largest weight becomes.
        const float Rounded = 16383f;
        if (done == 0)
            new Span<float>(head->Sums, 2 * TileRows).Clear();
        var highest = BitConverter.Int32BitsToSingle((int)head->Highest);
        var sum = SumOfWeights(head->Scores, head->ValueScale, done, tokens, highest, head->Sums, out var largest);
        var isZero = !(largest >= SmallestMagnitude) || highest <= AttentionRule.Hidden;
        head->Inverse = BitConverter.SingleToInt32Bits(isZero ? 0f : Rounded / largest);
        head->Factor = BitConverter.SingleToInt32Bits((isZero ? 0f : largest / Rounded) / sum);
    }

    /// <param name="valueScale">Null: all are 1.</param>
    /// <param name="found">Partial sums of what is done, and the largest in each lane.</param>
    private static float SumOfWeights(float* scores, float* valueScale, nint done, nint tokens, float highestScore, float* found,
        out float largest)
    {
        for (var i = tokens; i % TileRows != 0; i++)
            scores[i] = float.NegativeInfinity;
        var sum0 = TLanes.Load(found);
        var sum1 = Unsafe.SizeOf<TLanes>() <= 8 * sizeof(float) ? TLanes.Load(found + TLanes.Count) : TLanes.Zero;
        var sum2 = Unsafe.SizeOf<TLanes>() <= 4 * sizeof(float) ? TLanes.Load(found + 2 * TLanes.Count) : TLanes.Zero;
        var sum3 = Unsafe.SizeOf<TLanes>() <= 4 * sizeof(float) ? TLanes.Load(found + 3 * TLanes.Count) : TLanes.Zero;
        var highest = TLanes.Create(highestScore);
        // Products are 0 or more, so no 0 of the other sign can come up.
        var most = TLanes.Zero;
        for (nint lane = 0; lane < TileRows; lane += TLanes.Count)
            most = TLanes.AtLeast(TLanes.Load(found + TileRows + lane), most);
        for (var i = done; i < tokens; i += TileRows)
        {
            var exponential = Exponential(scores + i, highest);
            sum0 += exponential;
            most = TLanes.AtLeast(KeepWeight(exponential, At(valueScale, i), tokens - i, scores + i), most);
            if (Unsafe.SizeOf<TLanes>() > 8 * sizeof(float))
                continue;
            var at = i + TLanes.Count;
            exponential = Exponential(scores + at, highest);
            sum1 += exponential;
            most = TLanes.AtLeast(KeepWeight(exponential, At(valueScale, at), tokens - at, scores + at), most);
            if (Unsafe.SizeOf<TLanes>() > 4 * sizeof(float))
                continue;
            at += TLanes.Count;
            exponential = Exponential(scores + at, highest);
            sum2 += exponential;
            most = TLanes.AtLeast(KeepWeight(exponential, At(valueScale, at), tokens - at, scores + at), most);
            at += TLanes.Count;
            exponential = Exponential(scores + at, highest);
            sum3 += exponential;
            most = TLanes.AtLeast(KeepWeight(exponential, At(valueScale, at), tokens - at, scores + at), most);
        }

        largest = TLanes.Largest(most);
        return SixteenSums<TLanes>.Total(sum0, sum1, sum2, sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Exponential(float* score, TLanes highest) => ElementMath.ExpOfNonPositive(TLanes.Load(score) - highest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes KeepWeight(TLanes exponential, float* valueScale, nint available, float* weight)
    {
        var weights = valueScale == null ? exponential : exponential * LoadUpTo(valueScale, available);
        TLanes.Store(weights, weight);
        return weights;
    }

    /// <summary>y = factor·(weights·values).</summary>
    private static void MixValues(AttentionHead* head, nint tokens, nint valueSize)
    {
        var sumsRoom = stackalloc int[TilesPerPass * TileRows + StackLine.Room];
        var sums = StackLine.In(sumsRoom);
        var totalsRoom = stackalloc float[TilesPerPass * TileRows + StackLine.Room];
        var totals = StackLine.In(totalsRoom);
        var factor = TLanes.Create(BitConverter.Int32BitsToSingle((int)head->Factor));
        var stride = (nint)head->ValueStride;
        var values = head->Values;
        tokens = (tokens + (TileRows - 1)) & -TileRows;
        for (nint row = 0; row < valueSize; row += TilesPerPass * TileRows, values += TilesPerPass * stride)
        {
            var count = Math.Min(valueSize - row, TilesPerPass * TileRows);
            for (nint first = 0; first < tokens; first += AttentionRingS8.TokensPerSum)
            {
                TDot.WeightedSums(values + first * TileRows, stride, (count + (TileRows - 1)) / TileRows, (short*)head->Scores + first,
                    Math.Min(tokens - first, AttentionRingS8.TokensPerSum), sums);
                for (nint i = 0; i < count; i += TLanes.Count)
                    TLanes.Store(TLanes.LoadInt32(sums + i) + (first == 0 ? TLanes.Zero : TLanes.Load(totals + i)), totals + i);
            }

            for (nint i = 0; i < count; i += TLanes.Count)
                StoreUpTo(TLanes.Load(totals + i) * factor, head->Y + row + i, count - i);
        }
    }
}
