namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>
/// Attention nodes written out: heads split, scores scaled and masked, softmax, weighted sum, heads merged. Grouped heads keep one key
/// head a group. Keys and values of earlier steps come in front; with them they are outputs for the next step.
/// </summary>
internal static class AttentionParts
{
    /// <summary>ONNX Attention: Q, K, V, mask, past key, past value, and how many keys of each sequence count.</summary>
    public static bool Standard(NodeParts parts)
    {
        var node = parts.Node;
        string query = node.RequiredInput(0), key = node.RequiredInput(1), value = node.RequiredInput(2);
        var rank = parts.Rank(query);
        if (rank is not (3 or 4) || Sizes(parts, query, key, rank) is not { } sizes)
            return false;

        var scale = node.Float("scale", 0) is var given and not 0 ? given : Default(sizes);
        var cache = Cache.Of(node.Input(4), node.Input(5));
        var causal = node.Int("is_causal", 0) == 0 ? null
            : node.Input(6) is { } counts ? CausalMask(parts, query, key, rank - 2, counts, sizes)
            : CausalMask(parts, query, key, rank - 2, rank - 2, null, cache);
        Finish(parts, rank, sizes, query, key, value, cache, scale, scores =>
            Masked(parts, Filled(parts, scores, key, rank - 2, sizes), node.Input(3), sizes, causal));
        return true;
    }

    /// <summary>com.microsoft MultiHeadAttention: query, key, value, bias of all three, key padding mask, bias of the scores.</summary>
    public static bool MultiHead(NodeParts parts)
    {
        var node = parts.Node;
        var query = node.RequiredInput(0);
        var plain = node.Input(1) is not null && node.Input(2) is not null && node.Input(4) is null
            && node.Inputs.Skip(8).All(input => input.Length == 0) && !parts.Uses(3);
        if (!plain || parts.Rank(query) != 3 || parts.Rank(node.Inputs[1]) != 3 || parts.Size(query, -1) is not long features)
            return false;

        var sizes = new HeadSizes(node.Int("num_heads"), node.Int("num_heads"), features / node.Int("num_heads"));
        var projected = WithBias(parts, [query, node.Inputs[1], node.Inputs[2]], node.Input(3), features);
        var scale = node.Float("scale", 0) is var given and not 0 ? given : Default(sizes);
        var cache = Cache.Of(node.Input(6), node.Input(7));
        var causal = node.Int("unidirectional", 0) != 0 ? CausalMask(parts, query, node.Inputs[1], 1, 1, null, cache) : null;
        Finish(parts, 3, sizes, projected[0], projected[1], projected[2], cache, scale, scores =>
            Masked(parts, scores, node.Input(5), sizes, causal));
        return true;
    }

    /// <summary>com.microsoft Attention: input, one projection matrix for query, key and value, its bias.</summary>
    public static bool Packed(NodeParts parts)
    {
        var node = parts.Node;
        var x = node.RequiredInput(0);
        var plain = (node.Input(3) is not { } mask || parts.Rank(mask) is 1 or 2) && node.Input(6) is null
            && !parts.Uses(1) && node.Input(4) is null && node.Int("do_rotary", 0) == 0;
        if (!plain || parts.Rank(x) != 3 || parts.Size(node.RequiredInput(1), 1) is not long columns)
            return false;

        var product = parts.Add("MatMul", [x, node.RequiredInput(1)]);
        FinishPacked(parts, node.Input(2) is { } bias ? parts.Add("Add", [product, bias]) : product, columns, node.Input(5),
            node.Input(3), node.Ints("qkv_hidden_sizes"));
        return true;
    }

    /// <summary>com.microsoft QAttention: input, matrix, bias, scales of input and matrix, mask, their zero points, past.</summary>
    public static bool Quantized(NodeParts parts)
    {
        var node = parts.Node;
        var plain = node.Input(5) is null && node.Input(8) is null && !parts.Uses(1) && node.Int("do_rotary", 0) == 0;
        if (!plain || parts.Rank(node.RequiredInput(0)) != 3 || parts.Size(node.RequiredInput(1), 1) is not long columns)
            return false;

        FinishPacked(parts, QuantizedParts.IntegerProduct(parts, [0, 1, 6, 7], 3, 4, 2), columns, null);
        return true;
    }

    /// <summary>com.microsoft GroupQueryAttention: always causal, perhaps over a window, perhaps rotary.</summary>
    public static bool GroupQuery(NodeParts parts)
    {
        var node = parts.Node;
        var query = node.RequiredInput(0);
        var plain = node.Input(1) is not null && node.Input(2) is not null && node.Int("smooth_softmax", 0) == 0
            && node.Inputs.Skip(9).All(input => input.Length == 0) && !parts.Uses(3);
        if (!plain || parts.Rank(query) != 3 || parts.Size(query, -1) is not long features)
            return false;

        var sizes = new HeadSizes(node.Int("num_heads"), node.Int("kv_num_heads"), features / node.Int("num_heads"));
        var key = node.Inputs[1];
        var cache = IsEmpty(parts, node.Input(3)) ? null : Cache.Of(node.Input(3), node.Input(4));
        var mask = CausalMask(parts, query, query, 1, 1, node.Int("local_window_size", -1) is > 0 and long window ? window : null, cache);
        if (node.Int("do_rotary", 0) != 0)
        {
            query = Rotated(parts, query, sizes.Heads, sizes.Size, cache);
            key = Rotated(parts, key, sizes.KeyHeads, sizes.Size, cache);
        }

        var scale = node.Float("scale", 0) is var given and not 0 ? given : Default(sizes);
        Finish(parts, 3, sizes, query, key, node.Inputs[2], cache, scale, scores => Masked(parts, scores, null, sizes, mask));
        return true;
    }

    /// <param name="product">Query, key and value side by side.</param>
    /// <param name="keys">Which keys count: a number for each [batch, keys], or how many [batch]; null: all.</param>
    /// <param name="each">Columns of query, key and value; null: equally many.</param>
    private static void FinishPacked(NodeParts parts, string product, long columns, string? bias, string? keys = null,
        IReadOnlyList<long>? each = null)
    {
        var node = parts.Node;
        long[] ends = each is { Count: 3 } ? [0, each[0], each[0] + each[1], columns] : [0, columns / 3, columns / 3 * 2, columns];
        var sizes = new HeadSizes(node.Int("num_heads"), node.Int("num_heads"), ends[1] / node.Int("num_heads"));
        string Part(int i) => parts.Slice(product, 2, ends[i], ends[i + 1]);
        var scale = node.Float("scale", 0) is var given and not 0 ? given : Default(sizes);
        var causal = node.Int("unidirectional", 0) != 0 ? CausalMask(parts, product, product, 1, 1, null, null) : null;
        Finish(parts, 3, sizes, Part(0), Part(1), Part(2), null, scale, scores =>
            Masked(parts, keys is null ? scores : Shown(parts, scores, product, keys), bias, sizes, causal));
    }

    /// <summary>Keys that do not count are pushed down by a number that the node may choose.</summary>
    private static string Shown(NodeParts parts, string scores, string product, string keys)
    {
        var zero = parts.Constant(OnnxTensor.Scalar(0L).Cast(parts.TypeOf(keys)));
        var shown = parts.Rank(keys) == 1
            ? parts.Add("Less", [parts.Positions(product, 1), parts.Cast(parts.Unsqueeze(keys, 1, 2, 3), OnnxElementType.Int64)])
            : parts.Add("Greater", [parts.Unsqueeze(keys, 1, 2), zero]);
        var hidden = parts.Scalar(parts.Node.Float("mask_filter_value", -10000));
        return parts.Add("Add", [scores, parts.Add("Where", [shown, parts.Scalar(0), hidden])]);
    }

    private static float Default(HeadSizes sizes) => 1 / MathF.Sqrt(sizes.Size);

    private static bool IsEmpty(NodeParts parts, string? cache) => cache is null || parts.Size(cache, 2) == 0;

    private static HeadSizes? Sizes(NodeParts parts, string query, string key, int rank)
    {
        if (rank == 4)
        {
            return parts.FixedSize(query, 1) is long heads && parts.FixedSize(key, 1) is long keyHeads
                && parts.FixedSize(query, 3) is long size
                ? new HeadSizes(heads, keyHeads, size) : null;
        }

        var count = parts.Node.Int("q_num_heads");
        return parts.FixedSize(query, 2) is long features ? new HeadSizes(count, parts.Node.Int("kv_num_heads"), features / count) : null;
    }

    private static string[] WithBias(NodeParts parts, string[] projected, string? bias, long features) => bias is null
        ? projected
        : [.. projected.Select((wire, i) =>
        parts.Add("Add", [wire, parts.Slice(bias, 0, i * features, i == 2 ? long.MaxValue : (i + 1) * features)]))];

    private static string Rotated(NodeParts parts, string x, long heads, long size, Cache? cache)
    {
        var positions = parts.Unsqueeze(Placed(parts, parts.Positions(x, 1), cache), 0);
        var cos = parts.Unsqueeze(parts.Add("Gather", [parts.Node.RequiredInput(7), positions]), 2);
        var sin = parts.Unsqueeze(parts.Add("Gather", [parts.Node.RequiredInput(8), positions]), 2);
        return parts.Reshape(RotaryParts.Rotate(parts, parts.Reshape(x, 0, 0, heads, size), cos, sin, size), 0, 0, heads * size);
    }

    /// <summary>softmax(scores) · value, from and to the layout of the node.</summary>
    private static void Finish(NodeParts parts, int rank, HeadSizes sizes, string query, string key, string value, Cache? cache,
        float scale, Func<string, string> mask)
    {
        var q = Heads(parts, query, rank, sizes.KeyHeads, sizes.Group, sizes.Size);
        string k = KeyHeads(parts, key, rank, sizes, cache?.Key, 1), v = KeyHeads(parts, value, rank, sizes, cache?.Value, 2);
        var keys = sizes.Group == 1 ? parts.Transpose(k, 0, 1, 3, 2) : parts.Transpose(k, 0, 1, 2, 4, 3);
        var products = parts.Add("Mul", [parts.Add("MatMul", [q, keys]), parts.Scalar(scale)]);
        var capped = Softcapped(parts, products);
        var scores = mask(capped);
        var weights = parts.Add("Softmax", [scores], ("axis", -1L));
        var y = parts.Add("MatMul", [weights, v]);
        parts.Output(0, rank == 4 ? Ungrouped(parts, y, sizes) : Merged(parts, y, sizes));
        if (parts.Uses(3))
            OutputScores(parts, [products, capped, scores, weights], sizes);
    }

    /// <summary>[batch, heads, queries, keys] as the node's last output: the stage that qk_matmul_output_mode names.</summary>
    private static void OutputScores(NodeParts parts, string[] stages, HeadSizes sizes)
    {
        var stage = stages[parts.Node.Int("qk_matmul_output_mode", 0)];
        parts.Output(3, sizes.Group == 1 ? stage
            : parts.Add("Reshape", [stage, parts.Add("Concat", [parts.Ints(0, sizes.Heads), parts.Add("Shape", [stage], ("start", -2L))],
                ("axis", 0L))]));
    }

    /// <summary>[batch, heads, time, size], or [batch, key heads, group, time, size] where heads share keys.</summary>
    private static string Heads(NodeParts parts, string x, int rank, long heads, long group, long size)
    {
        if (rank == 4)
            return group == 1 ? x : parts.Reshape(x, 0, heads, group, -1, size);

        return group == 1
            ? parts.Transpose(parts.Reshape(x, 0, 0, heads, -1), 0, 2, 1, 3)
            : parts.Transpose(parts.Reshape(x, 0, 0, heads, group, -1), 0, 2, 3, 1, 4);
    }

    /// <summary>Keys or values behind those of earlier steps; together they are an output.</summary>
    private static string KeyHeads(NodeParts parts, string x, int rank, HeadSizes sizes, string? past, int output)
    {
        var heads = Heads(parts, x, rank, sizes.KeyHeads, 1, sizes.Size);
        var all = past is null ? heads : parts.Add("Concat", [past, heads], ("axis", 2L));
        parts.Output(output, all);
        return sizes.Group == 1 ? all : parts.Unsqueeze(all, 2);
    }

    private static string Softcapped(NodeParts parts, string scores) => parts.Node.Float("softcap", 0) is var cap and not 0
        ? parts.Add("Mul", [parts.Add("Tanh", [parts.Add("Div", [scores, parts.Scalar(cap)])]), parts.Scalar(cap)])
        : scores;

    private static string Ungrouped(NodeParts parts, string y, HeadSizes sizes) =>
        sizes.Group == 1 ? y : parts.Reshape(y, 0, sizes.Heads, -1, parts.Size(parts.Node.Inputs[2], -1) ?? sizes.Size);

    private static string Merged(NodeParts parts, string y, HeadSizes sizes) => sizes.Group == 1
        ? parts.Reshape(parts.Transpose(y, 0, 2, 1, 3), 0, 0, -1)
        : parts.Reshape(parts.Transpose(y, 0, 3, 1, 2, 4), 0, 0, -1);

    private static string Masked(NodeParts parts, string scores, string? mask, HeadSizes sizes, string? causal)
    {
        if (mask is not null)
        {
            var select = parts.TypeOf(mask) == OnnxElementType.Bool;
            var grouped = sizes.Group > 1 && parts.Rank(mask) == 4 ? parts.Unsqueeze(mask, 2) : mask;
            scores = select ? parts.Add("Where", [grouped, scores, parts.Scalar(float.NegativeInfinity)])
                : parts.Add("Add", [scores, grouped]);
        }

        return causal is null ? scores : parts.Add("Where", [causal, scores, parts.Scalar(float.NegativeInfinity)]);
    }

    /// <summary>Only so many keys of each sequence count as are given (nonpad_kv_seqlen).</summary>
    private static string Filled(NodeParts parts, string scores, string key, int keyAxis, HeadSizes sizes)
    {
        if (parts.Node.Input(6) is not { } lengths)
            return scores;

        var counts = parts.Unsqueeze(lengths, sizes.Group == 1 ? [1, 2, 3] : [1, 2, 3, 4]);
        var counting = parts.Add("Less", [parts.Positions(key, keyAxis), counts]);
        return parts.Add("Where", [counting, scores, parts.Scalar(float.NegativeInfinity)]);
    }

    /// <summary>[queries, keys]: key ≤ query, and within the window. Queries stand behind the keys of earlier steps.</summary>
    private static string CausalMask(NodeParts parts, string query, string key, int queryAxis, int keyAxis, long? window, Cache? cache)
    {
        var rows = parts.Unsqueeze(Placed(parts, parts.Positions(query, queryAxis), cache), 1);
        var columns = parts.Unsqueeze(cache is null ? parts.Positions(key, keyAxis)
            : parts.Add("Range", [parts.Constant(OnnxTensor.Scalar(0L)),
            parts.Add("Add", [parts.Length(key, keyAxis), parts.Length(cache.Key, 2)]), parts.Constant(OnnxTensor.Scalar(1L))]), 0);
        var causal = parts.Add("LessOrEqual", [columns, rows]);
        return window is long keys
            ? parts.Add("And", [causal, parts.Add("Greater", [columns, parts.Add("Sub", [rows, parts.Constant(OnnxTensor.Scalar(keys))])])])
            : causal;
    }

    /// <summary>[batch, 1, queries, keys]: the last query stands at the last key that counts, the others before it.</summary>
    /// <param name="counts">Keys of each sequence that count [batch].</param>
    private static string CausalMask(NodeParts parts, string query, string key, int timeAxis, string counts, HeadSizes sizes)
    {
        var counting = parts.Unsqueeze(counts, sizes.Group == 1 ? [1, 2, 3] : [1, 2, 3, 4]);
        var before = parts.Add("Sub", [counting, parts.Length(query, timeAxis)]);
        var last = parts.Add("Add", [parts.Unsqueeze(parts.Positions(query, timeAxis), 1), before]);
        return parts.Add("LessOrEqual", [parts.Positions(key, timeAxis), last]);
    }

    /// <summary>Positions behind those of earlier steps.</summary>
    private static string Placed(NodeParts parts, string positions, Cache? cache) =>
        cache is null ? positions : parts.Add("Add", [positions, parts.Length(cache.Key, 2)]);

    /// <summary>Keys and values of earlier steps [batch, key heads, past, size].</summary>
    private sealed record Cache(string Key, string Value)
    {
        public static Cache? Of(string? key, string? value) => key is null || value is null ? null : new Cache(key, value);
    }

    private sealed record HeadSizes(long Heads, long KeyHeads, long Size)
    {
        /// <summary>Query heads that share a key head.</summary>
        public long Group => Heads / KeyHeads;
    }
}
