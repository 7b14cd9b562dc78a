using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>A bias table as the Attention op takes it.</summary>
/// <param name="Kind">none, relative (by distance) or absolute (by query and key position).</param>
internal sealed record AttentionBias(string Kind, StepValue? Table, int Heads, int Rows)
{
    /// <summary>With terms [heads, window] by distance that are computed at each step.</summary>
    public AttentionBias With(NodeContext c, StepOperand? row, int heads, int window, Clock clock)
    {
        if (row is null)
            return this;

        if (Kind == "absolute")
            throw c.Refuse("its masks depend on more than the distance of the key, beside relative positions that do", Refusal.UseWindow);

        row = row.Reshaped([heads, window]);
        var sum = Table is null ? row
            : StepArithmetic.Binary(c.LoweringFor(clock), "Add", row, StepOperand.Of(Table).Reshaped([Heads, window]));
        return new AttentionBias("relative", sum.Value, heads, 0);
    }
}

/// <summary>
/// What the masks and biases of attention scores amount to, found by evaluating them rather than by recognising how they were made:
/// whether they hide the future, how far back a query sees, and what they add to the scores it sees.
/// </summary>
internal sealed class AttentionMask
{
    /// <summary>A term at or below this hides a key: its weight underflows to zero in float32.</summary>
    public const float Masked = -1e4f;

    private const float Tolerance = 1e-5f;
    private readonly ScoresWire _scores;
    private readonly int _heads;

    private AttentionMask(ScoresWire scores, int heads)
    {
        _scores = scores;
        _heads = heads;
    }

    /// <summary>Keys that a query sees, itself included; null: all keys so far.</summary>
    public int? Window { get; private init; }

    /// <summary>Elements for which the masks and biases exist; null: any number.</summary>
    public int? Limit { get; private init; }

    /// <summary>Elements that a query waits for, because it sees later keys of its block.</summary>
    public int Ahead => Blocks?.Ahead ?? 0;

    private BlockMask? Blocks { get; init; }

    private bool IsNone { get; init; }

    private bool IsRelative { get; init; }

    public static AttentionMask Of(NodeContext c, ScoresWire scores, int heads)
    {
        if (scores.QueryAxis < 0)
            return scores.Biases.Count == 0 ? new AttentionMask(scores, heads) { IsNone = true } : OfLatest(c, scores, heads);

        var table = Evaluate(c, scores, heads, c.Analysis.Length) ?? throw c.Refuse("its masks cannot be evaluated");
        if (!table.IsCausal)
            return OfBlocks(c, scores, heads, table);

        int? window = table.Window();
        var varies = scores.Biases.Any(bias => bias.Given is not null || bias.Wire.VariesWithTime || bias.Wire.Tensor.Count > 1);
        return new AttentionMask(scores, heads)
        {
            Window = window < table.Size ? window : null,
            Limit = varies ? LongestContext(c, scores) : null,
            IsNone = table.IsZero(Tolerance),
            IsRelative = table.IsRelative(Tolerance),
        };
    }

    /// <summary>Masks after the softmax must leave it as it is: what they hide is hidden before.</summary>
    public static void RequireNoneAfter(NodeContext c, ScoresWire scores, int heads)
    {
        if (scores.After.Count == 0)
            return;

        var before = scores.QueryAxis < 0 ? null : Evaluate(c, scores, heads, c.Analysis.Length);
        var after = before is null ? null
            : Evaluate(c, scores with { Biases = [.. scores.Biases, .. scores.After] }, heads, c.Analysis.Length);
        if (before is null || after?.Hides(before.Hidden) != true)
            throw c.NotCausal("a mask hides keys only after the softmax has normalised over them");
    }

    /// <summary>One term alone hides every key from every query.</summary>
    public static bool HidesAll(NodeContext c, ScoresWire scores, int heads, ScoreBias bias) =>
        HidesKeys(c, scores, heads, bias, null, _ => true);

    /// <summary>One term alone hides from every query just the keys that are asked for, and those that another term hides.</summary>
    public static bool HidesKeys(NodeContext c, ScoresWire scores, int heads, ScoreBias bias, ScoreBias? other, Func<int, bool> hides)
    {
        var table = Evaluate(c, scores with { Biases = [bias] }, heads, c.Analysis.Length);
        var others = Evaluate(c, scores with { Biases = other is null ? [] : [other] }, heads, c.Analysis.Length);
        return scores.QueryAxis >= 0 && table is not null && others is not null
            && table.Hides((h, i, j) => hides(j) || others.Hidden(h, i, j));
    }

    /// <summary>The same for at most so many elements.</summary>
    public AttentionMask Within(int? limit) => new(_scores, _heads)
    {
        Window = Window,
        Limit = limit is int most ? Math.Min(most, Limit ?? most) : Limit,
        IsNone = IsNone,
        IsRelative = IsRelative,
        Blocks = Blocks,
    };

    /// <summary>What a term that hides every key adds to the scores of the newest query, at least.</summary>
    public static float FloorOf(NodeContext c, ScoresWire scores, int heads, ScoreBias bias) =>
        Evaluate(c, scores with { Biases = [bias] }, heads, c.Analysis.Length)?.Floor() ?? float.NegativeInfinity;

    /// <summary>The table for a ring of <paramref name="window"/> keys.</summary>
    /// <param name="clock">When the attention runs.</param>
    public AttentionBias BiasFor(NodeContext c, int window, Clock clock)
    {
        if (IsNone)
            return new AttentionBias("none", null, 1, 0);

        if (Blocks is not null)
            return new AttentionBias("relative", RowOfBlock(c, Blocks, window, clock), _heads, 0);

        if (_scores.QueryAxis < 0)
        {
            var row = ScoreRow.Of(c, _scores, _heads, window) ?? throw c.Refuse($"its biases cannot be evaluated for {window} elements");
            return new AttentionBias("relative", c.Graph.Constant($"{c.Node.Name}.bias", row.First(window), [_heads, window]), _heads, 0);
        }

        var table = Evaluate(c, _scores, _heads, ElementsToLength(c, window))
            ?? throw c.Refuse($"its biases cannot be evaluated for {window} elements");
        var data = IsRelative ? table.ByDistance(window) : table.ByPosition(window);
        var rows = IsRelative ? 0 : window;
        int[] shape = IsRelative ? [_heads, window] : [_heads, window, window];
        return new AttentionBias(IsRelative ? "relative" : "absolute", c.Graph.Constant($"{c.Node.Name}.bias", data, shape), _heads, rows);
    }

    private static AttentionMask OfBlocks(NodeContext c, ScoresWire scores, int heads, ScoreTable table)
    {
        var blocks = scores.Relative.Count > 0 ? null : BlockMask.Find(heads, table.Size, table.Hidden, table.Relative, Tolerance);
        if (blocks is null || c.Options.MaxContext < blocks.Window)
            throw c.NotCausal("attention sees later elements: no mask hides them");

        return new AttentionMask(scores, heads) { Window = blocks.Window, Limit = LongestContext(c, scores), Blocks = blocks };
    }

    private StepValue RowOfBlock(NodeContext c, BlockMask blocks, int window, Clock clock)
    {
        var size = _heads * window;
        var lowering = c.LoweringFor(clock);
        var table = c.Graph.Constant($"{c.Node.Name}.blocks", blocks.Rows.SelectMany(row => row).ToArray(), [blocks.Rows.Length, size]);
        var row = lowering.New([_heads, window], name: $"{c.Node.Name}.block");
        lowering.Add("Table", [table], [row.Value], ("size", size), ("rows", blocks.Rows.Length), ("beyond", "wrap"));
        return row.Value!;
    }

    /// <summary>Of the latest query, whose terms must depend on the distance of the key alone.</summary>
    private static AttentionMask OfLatest(NodeContext c, ScoresWire scores, int heads)
    {
        var keys = scores.FullShape[scores.KeyAxis];
        var (row, shorter) =
            (ScoreRow.Of(c, scores, heads, keys), ScoreRow.Of(c, scores, heads, keys - (c.Analysis.Length - c.Analysis.OtherLength)));
        if (row is null || shorter is null || row.Window == 0 || !row.Agrees(shorter, Tolerance)
            || row.First(keys)[row.Window..keys].Any(term => !float.IsNegativeInfinity(term)))
        {
            throw c.Refuse("it masks or biases the scores of the latest query by more than the distance of the key");
        }

        return new AttentionMask(scores, heads) { Window = row.Window < keys ? row.Window : null, IsNone = row.IsZero(Tolerance) };
    }

    private static int ElementsToLength(NodeContext c, int elements) =>
        c.Analysis.LengthIsFixed ? c.Analysis.Length : elements * Math.Max(1, c.Analysis.Length / c.FullShape()[^2]);

    private static int? LongestContext(NodeContext c, ScoresWire scores)
    {
        if (c.Analysis.LengthIsFixed)
            return scores.FullShape[scores.QueryAxis];

        var limit = c.Options.MaxContext ?? StreamOptions.DefaultContext;
        var length = limit;
        foreach (var bias in scores.Biases.Where(bias => bias.Wire.Tensor.Count > 1))
        {
            var full = scores.FullShape[scores.KeyAxis];
            length = Math.Min(length, TimeTables.LongestLength(c.Analysis, bias.Wire.Name, limit,
                (tensor, tried) => Enumerable.Range(0, tensor.Rank)
                    .All(axis => bias.Wire.Tensor.Dims[axis] != full || tensor.Dims[axis] == full + (tried - c.Analysis.Length))));
        }

        return length < limit ? length : null;
    }

    /// <summary>All terms together at one length, per head, query and key; null where the model does not accept that length.</summary>
    private static ScoreTable? Evaluate(NodeContext c, ScoresWire scores, int heads, int length)
    {
        var elements = scores.FullShape[scores.KeyAxis] + (length - c.Analysis.Length);
        var table = new ScoreTable(heads, elements);
        foreach (var bias in scores.Biases)
        {
            var tensor = bias.ValueAt(c.Analysis, length);
            if (tensor is null || !table.Add(bias, tensor))
                return null;
        }

        return table;
    }

    /// <summary>Terms on scores [heads, size, size].</summary>
    private sealed class ScoreTable(int heads, int size)
    {
        private readonly float[] _terms = new float[heads * size * size];

        /// <summary>The terms as they are, those that hide a key too.</summary>
        private readonly float[] _added = new float[heads * size * size];

        public int Size => size;

        /// <summary>No query sees a later key.</summary>
        public bool IsCausal => All((h, i, j) => j <= i || Hidden(h, i, j));

        /// <summary>Adds one term broadcast to the scores; false where its shape does not fit.</summary>
        public bool Add(ScoreBias bias, OnnxTensor tensor)
        {
            var target = (int[])bias.ScoresShape.Clone();
            target[bias.QueryAxis] = target[bias.KeyAxis] = size;
            var shape = tensor.StepShape();
            if (shape.Length > target.Length || Shapes.Count(target) != _terms.Length
                || shape.Select((dim, i) => dim != 1 && dim != target[target.Length - shape.Length + i]).Any(bad => bad))
            {
                return false;
            }

            var strides = Shapes.BroadcastStrides(shape, target);
            int[] lead = [.. Enumerable.Range(0, target.Length).Where(axis => axis != bias.QueryAxis && axis != bias.KeyAxis)];
            var values = bias.Mask is bool masks ? [.. tensor.ToFloats().Select(v => v != 0 == masks ? float.NegativeInfinity : 0)]
                : tensor.ToFloats();
            for (var h = 0; h < heads; h++)
            {
                var offset = LeadOffset(h, lead, target, strides);
                for (var i = 0; i < size; i++)
                {
                    for (var j = 0; j < size; j++)
                    {
                        var value = bias.Factor * values[offset + i * strides[bias.QueryAxis] + j * strides[bias.KeyAxis]];
                        _terms[(h * size + i) * size + j] += value <= Masked ? float.NegativeInfinity : value;
                        _added[(h * size + i) * size + j] += value;
                    }
                }
            }

            return true;
        }

        /// <summary>The largest number of keys that a query sees, if they are the last ones for every query; the size where they are
        /// not.</summary>
        public int Window()
        {
            var window = Enumerable.Range(0, size).Count(j => !Hidden(0, size - 1, j));
            return All((h, i, j) => j > i || Hidden(h, i, j) == (i - j >= window)) ? window : size;
        }

        public bool IsZero(float tolerance) =>
            All((h, i, j) => j > i || (Hidden(h, i, j) ? i - j >= Window() : Math.Abs(Relative(h, i, j)) <= tolerance));

        public bool IsRelative(float tolerance)
        {
            var window = Window();
            return All((h, i, j) => j > i || i - j >= window || (!Hidden(h, i, j)
                && Math.Abs(Relative(h, i, j) - Relative(h, size - 1, size - 1 - (i - j))) <= tolerance * Math.Max(1,
                Math.Abs(Relative(h, i, j)))));
        }

        public float[] ByDistance(int window)
        {
            var result = new float[heads * window];
            for (var h = 0; h < heads; h++)
            {
                for (var d = 0; d < Math.Min(window, size); d++)
                    result[h * window + d] = Relative(h, size - 1, size - 1 - d);
            }

            return result;
        }

        /// <summary>What hides the keys of the newest query of the first head, where it is the same for all.</summary>
        public float Floor() => _added.AsSpan((size - 1) * size, size).IndexOfAnyExcept(_added[size * size - 1]) < 0
            ? _added[size * size - 1] : float.NegativeInfinity;

        /// <summary>Hidden keys get a finite term that makes their weight zero beside one that is seen.</summary>
        public float[] ByPosition(int window)
        {
            var result = new float[heads * window * window];
            for (var h = 0; h < heads; h++)
            {
                for (var i = 0; i < Math.Min(window, size); i++)
                {
                    for (var j = 0; j <= i; j++)
                        result[(h * window + i) * window + j] = Hidden(h, i, j) ? Hiding(h, i, j) : Relative(h, i, j);
                }
            }

            return result;
        }

        public bool Hides(Func<int, int, int, bool> expected) => All((h, i, j) => Hidden(h, i, j) == expected(h, i, j));

        public bool Hidden(int h, int i, int j) => float.IsNegativeInfinity(_terms[(h * size + i) * size + j]);

        /// <summary>The term less that of the query's own key, which softmax does not notice.</summary>
        public float Relative(int h, int i, int j)
        {
            var own = _terms[(h * size + i) * size + i];
            return _terms[(h * size + i) * size + j] - (float.IsNegativeInfinity(own) ? 0 : own);
        }

        /// <summary>A term that hides a key: without end, or as large as the model has it.</summary>
        private float Hiding(int h, int i, int j)
        {
            var added = _added[(h * size + i) * size + j];
            return float.IsNegativeInfinity(added) ? AttentionWires.HiddenBias : Math.Max(added, AttentionWires.LeastShown);
        }

        private bool All(Func<int, int, int, bool> holds)
        {
            for (var h = 0; h < heads; h++)
            {
                for (var i = 0; i < size; i++)
                {
                    for (var j = 0; j < size; j++)
                    {
                        if (!holds(h, i, j))
                            return false;
                    }
                }
            }

            return true;
        }

        private static int LeadOffset(int head, int[] lead, int[] target, int[] strides)
        {
            var offset = 0;
            for (var k = lead.Length - 1; k >= 0; k--)
            {
                offset += head % target[lead[k]] * strides[lead[k]];
                head /= target[lead[k]];
            }

            return offset;
        }
    }
}
