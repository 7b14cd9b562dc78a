using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Constants over queries and keys (masks, decays, distances) as the newest query sees them, by the distance of the key.</summary>
internal static class PositionRows
{
    private const double Tolerance = 1e-4;

    /// <summary>Numbers of a table of rows that each query has its own of.</summary>
    private const long LargestTable = 1 << 22;

    /// <summary>An operand of an elementwise op, and what it holds for later keys.</summary>
    /// <param name="axes">Axes of queries and keys in the op's result.</param>
    public static (StepOperand Row, float? Later) Of(NodeContext c, ConstantWire constant, (int Query, int Key) axes, int keys, Clock clock)
    {
        var behind = c.FullShape().Length - constant.Tensor.Rank;
        int query = axes.Query - behind, key = axes.Key - behind;
        int Size(int axis) => axis < 0 ? 1 : (int)constant.Tensor.Dims[axis];
        if (Size(key) == 1)
        {
            var wire = Size(query) == 1 ? TimeTables.Row(c, constant, -1, clock) : TimeTables.Row(c, constant, query, clock);
            var only = constant.Tensor.Count == 1 ? constant.Tensor.ToFloats()[0] : (float?)null;
            return wire is LatestWire row ? (StepOperand.Of(row.Value), null) : (StepOperand.Of(((ConstantWire)wire).Tensor), only);
        }

        if (Size(query) == 1)
            throw c.Refuse("it combines numbers for each query and key with a constant for each key", Refusal.UseWindow);

        var (byDistance, later, perQuery) = Rows(c, constant, query, key, keys);
        if (perQuery is null)
            return (StepOperand.Of(byDistance), later);

        var factor = TimeTables.RowOf(c, $"{constant.Name}.factors", perQuery, [1], clock);
        var scaled = StepArithmetic.Binary(c.LoweringFor(clock), "Mul", StepOperand.Of(byDistance), StepOperand.Of(factor.Value));
        return (scaled, later == 0 ? 0 : null);
    }

    /// <summary>A constant whose rows for each query depend on the distance of the key alone, oldest key first, the query's axis of size
    /// 1.</summary>
    public static OnnxTensor ByDistance(NodeContext c, ConstantWire constant, int query, int key, int keys) =>
        Rows(c, constant, query, key, keys) is (var tensor, _, null) ? tensor
        : throw c.Refuse("its values by position follow from more than the distance of the key", Refusal.UseWindow);

    /// <summary>The rows of a matrix of positions, each query's own.</summary>
    public static (StepValue Row, float? Later) Absolute(NodeContext c, ConstantWire matrix, int keys, Clock clock)
    {
        int rank = matrix.Tensor.Rank, size = (int)matrix.Tensor.Dims[^1];
        var length = c.Analysis.LengthIsFixed ? c.Analysis.Length : c.Analysis.Length + Math.Max(0, keys - size);
        var tensor = c.Analysis.ValueAt(matrix.Name, length);
        if (tensor is null || tensor.Dims[^1] < keys)
            throw c.Refuse($"a constant for each query and key has no values for {keys} of them", Fewer(tensor, rank - 1));

        var table = new Table(tensor, rank - 2, rank - 1);
        if ((long)keys * keys * table.Others > LargestTable)
        {
            throw c.Refuse($"it has {keys} rows of its own for {keys} elements each",
                $"give fewer, --max-context {(int)Math.Sqrt(LargestTable / table.Others)}");
        }

        var rows = new float[keys * table.Others * keys];
        for (var i = 0; i < keys; i++)
        {
            for (var other = 0; other < table.Others; other++)
            {
                for (var j = 0; j <= i; j++)
                    rows[((i * table.Others + other) * keys) + keys - 1 - (i - j)] = table.At(other, i, j);
            }
        }

        int[] shape = [.. tensor.StepShape()[..^2], 1, keys];
        return (TimeTables.RowOf(c, matrix.Name, rows, shape, clock).Value, table.Later());
    }

    /// <summary>As many keys as a constant has values for.</summary>
    private static string Fewer(OnnxTensor? constant, int key) => constant?.Dims[key] is long and > 0 and var keys
        ? $"give fewer, --max-context {keys}" : Refusal.UseWindow;

    /// <summary>What the newest of so many queries has by distance, what later keys have, and by how much the rows of other queries are
    /// larger (null: by nothing).</summary>
    private static (OnnxTensor ByDistance, float? Later, float[]? PerQuery) Rows(NodeContext c, ConstantWire constant, int query, int key,
        int keys)
    {
        var size = (int)constant.Tensor.Dims[key];
        var length = c.Analysis.LengthIsFixed ? c.Analysis.Length : c.Analysis.Length + Math.Max(0, keys - size);
        var tensor = constant.VariesWithTime || c.Analysis.LengthIsFixed ? c.Analysis.ValueAt(constant.Name, length) : null;
        if (tensor is null || tensor.Dims[key] != tensor.Dims[query] || tensor.Dims[key] < keys)
            throw c.Refuse($"a constant for each query and key has no values for {keys} of them", Fewer(tensor, key));

        var table = new Table(tensor, query, key);
        var largest = Enumerable.Range(0, table.Others).MaxBy(other => Math.Abs(table.At(other, table.Size - 1, table.Size - 1)));
        var perQuery = table.IsByDistance(_ => 1) ? null : table.Factors(largest) is { } factors && table.IsByDistance(i => factors[i])
            ? factors : throw c.Refuse("a constant for each query and key follows from more than their distance", Refusal.UseWindow);
        return (table.Newest(keys).Cast(tensor.ElementType), table.Later(), perQuery);
    }

    /// <summary>A tensor seen as numbers for each query and key, and for each of the other places.</summary>
    private sealed class Table(OnnxTensor tensor, int query, int key)
    {
        private readonly float[] _values = tensor.ToFloats();
        private readonly int[] _shape = tensor.StepShape();
        private readonly int[] _strides = Shapes.Strides(tensor.StepShape());

        public int Size => _shape[key];

        public int Others => Shapes.Count(_shape) / (Size * Size);

        public float At(int other, int i, int j)
        {
            var offset = i * _strides[query] + j * _strides[key];
            for (int axis = _shape.Length - 1, rest = other; axis >= 0; axis--)
            {
                if (axis == query || axis == key)
                    continue;

                offset += rest % _shape[axis] * _strides[axis];
                rest /= _shape[axis];
            }

            return _values[offset];
        }

        /// <summary>Every row is the newest one's, times a factor.</summary>
        public bool IsByDistance(Func<int, double> factor) => Enumerable.Range(0, Others).All(other => Enumerable.Range(0, Size).All(i =>
        {
            for (var j = 0; j <= i; j++)
            {
                double expected = factor(i) * At(other, Size - 1, Size - 1 - (i - j)), value = At(other, i, j);
                if (!value.Equals(expected) && !(Math.Abs(value - expected) <= Tolerance * Math.Max(1, Math.Abs(expected))))
                    return false;
            }

            return true;
        }));

        /// <summary>How much larger each query's row is than the newest one's, by its own key.</summary>
        public float[]? Factors(int other)
        {
            var own = At(other, Size - 1, Size - 1);
            return own == 0 || !float.IsFinite(own) ? null
                : [.. Enumerable.Range(0, Size).Select(i => (float)((double)At(other, i, i) / own))];
        }

        public float? Later()
        {
            var first = Size > 1 ? At(0, 0, 1) : 0;
            var same = Enumerable.Range(0, Others).All(other => Enumerable.Range(0, Size).All(i =>
                Enumerable.Range(i + 1, Size - 1 - i).All(j => At(other, i, j).Equals(first))));
            return same ? first : null;
        }

        /// <summary>The newest query's last keys.</summary>
        public OnnxTensor Newest(int keys)
        {
            var shape = Shapes.With(Shapes.With(_shape, query, 1), key, keys);
            var strides = Shapes.Strides(shape);
            var row = new float[Shapes.Count(shape)];
            for (var at = 0; at < row.Length; at++)
            {
                var offset = (Size - 1) * _strides[query] + (Size - keys) * _strides[key];
                for (var axis = 0; axis < shape.Length; axis++)
                    offset += at / strides[axis] % shape[axis] * _strides[axis];

                row[at] = _values[offset];
            }

            return OnnxTensor.FromFloats(row, [.. shape.Select(dim => (long)dim)]);
        }
    }
}
