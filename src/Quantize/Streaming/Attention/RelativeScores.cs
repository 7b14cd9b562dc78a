using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>
/// What terms that follow from the query add to its scores, by the distance of the key: a matrix for each head, found by running the part
/// of the graph that makes them with queries of a single one, and checked on noise.
/// </summary>
internal static class RelativeScores
{
    private const double Tolerance = 1e-4;

    /// <summary>Elements for which the terms exist; null: as many as attention keeps.</summary>
    public static int? Limit(NodeContext c, ScoresWire scores)
    {
        var limit = c.Options.MaxContext ?? StreamOptions.DefaultContext;
        if (scores.Relative.Count == 0 || c.Analysis.LengthIsFixed)
            return scores.Relative.Count == 0 ? null : scores.FullShape[scores.KeyAxis];

        bool Fits(RelativeTerm term, int length) => c.Analysis.ShapeAt(term.Wire.Name, length) is { } shape
            && Shapes.Count(shape) == Shapes.Count(At(c, term, length));
        int good = c.Analysis.Length, bad = limit + 1;
        while (bad - good > 1)
        {
            var middle = good + (bad - good) / 2;
            var tried = bad > limit ? Math.Min(limit, 2 * good) : middle;
            if (scores.Relative.All(term => Fits(term, tried)))
                good = tried;
            else
                bad = tried;

            if (good == limit)
                break;
        }

        return good < limit ? good : null;
    }

    /// <summary>The terms of the newest query [heads, window], by the distance of the key; null where there are none.</summary>
    /// <param name="oldestFirst">The farthest key comes first rather than the query's own.</param>
    public static StepOperand? RowOf(NodeContext c, ScoresWire scores, int heads, int window, Clock clock, bool oldestFirst = false)
    {
        StepOperand? sum = null;
        foreach (var term in scores.Relative)
        {
            var query = term.Wire.Query.Value;
            if (term.Wire.Query.Clock != clock || query.Length % heads != 0)
                throw c.Refuse("its relative positions follow from a sequence of another delay, or of other heads");

            int size = query.Length / heads, length = c.Analysis.LengthIsFixed ? c.Analysis.Length : Math.Max(window, c.Analysis.Length);
            var matrix = MatrixOf(c, term, heads, size, length, window);
            Check(c, term, heads, size, matrix, window);
            var ordered = oldestFirst ? matrix.Chunk(window * size).SelectMany(head => head.Chunk(size).Reverse().SelectMany(each => each))
                : matrix;
            var weights = OnnxTensor.FromFloats([.. ordered.Select(value => term.Factor * value)], heads * window, size, 1);
            var lowering = c.LoweringFor(clock);
            var row = lowering.New([1, heads * window, 1], name: $"{c.Node.Name}.relative");
            Convolutions.ConvOn(lowering, new ConvAttributes(1, heads, [1, 1], [1, 1], [1, 1], [1, 1], [0, 0, 0, 0], false),
                StepOperand.Of(query).Reshaped([1, query.Length, 1]), weights, (float[]?)null, row);
            sum = sum is null ? row : StepArithmetic.Binary(lowering, "Add", sum, row);
        }

        return sum;
    }

    /// <summary>[heads, window, size]: what one in an element of a head's query adds, by distance.</summary>
    private static float[] MatrixOf(NodeContext c, RelativeTerm term, int heads, int size, int length, int window)
    {
        var matrix = new float[heads * window * size];
        using var part = new Part(c, term, length);
        for (var each = 0; each < size; each++)
        {
            // Heads do not mix, which is checked: one run for all of them.
            var scores = part.Run((_, head, i) => i == each ? 1 : 0, heads, size);
            for (var head = 0; head < heads; head++)
            {
                var own = (head * length + length) * length - 1;
                for (var distance = 0; distance < window; distance++)
                    matrix[(head * window + distance) * size + each] = scores[own - distance];
            }
        }

        return matrix;
    }

    /// <summary>Every query and key that it sees, on noise.</summary>
    private static void Check(NodeContext c, RelativeTerm term, int heads, int size, float[] matrix, int window)
    {
        var length = c.Analysis.Length;
        var random = new Random(3);
        float[] noise = [.. Enumerable.Range(0, length * heads * size).Select(_ => random.NextSingle() * 2 - 1)];
        using var part = new Part(c, term, length);
        var scores = part.Run((t, head, i) => noise[(t * heads + head) * size + i], heads, size);
        for (var head = 0; head < heads; head++)
        {
            for (var query = 0; query < length; query++)
            {
                for (var key = Math.Max(0, query - window + 1); key <= query; key++)
                {
                    var row = matrix.AsSpan((head * window + query - key) * size, size);
                    double expected = 0;
                    for (var i = 0; i < size; i++)
                        expected += row[i] * noise[(query * heads + head) * size + i];

                    if (Math.Abs(scores[(head * length + query) * length + key] - expected) > Tolerance * Math.Max(1, Math.Abs(expected)))
                    {
                        throw c.Refuse("what is added to its scores follows from more than the query and the distance of the key",
                            Refusal.UseWindow);
                    }
                }
            }
        }
    }

    private static int[] At(NodeContext c, RelativeTerm term, int length)
    {
        var elements = term.ScoresShape[term.KeyAxis] + length - c.Analysis.Length;
        return Shapes.With(Shapes.With(term.ScoresShape, term.QueryAxis, elements), term.KeyAxis, elements);
    }

    /// <summary>The part of the graph from the query to the term, at one length.</summary>
    private sealed class Part : IDisposable
    {
        private readonly OrtEvaluator _evaluator;
        private readonly Dictionary<string, OnnxTensor> _inputs;
        private readonly NodeContext _c;
        private readonly RelativeTerm _term;
        private readonly int _length;
        private readonly int[] _shape;

        public Part(NodeContext c, RelativeTerm term, int length)
        {
            (_c, _term, _length) = (c, term, length);
            _inputs = SampleInputs.Of(c.Analysis.Graph, c.Analysis.TimeAxes, length);
            var query = term.Wire.QueryName;
            _shape = Shapes.With(term.Wire.Query.FullShape, term.Wire.Query.Axis,
                term.Wire.Query.FullLength + length - c.Analysis.Length);
            _inputs[query] = OnnxTensor.Filled(c.Analysis.Type(query).ElementType, [.. _shape.Select(dim => (long)dim)], 0);
            _evaluator = new OrtEvaluator(c.Analysis.Graph, [.. _inputs.Select(pair => new OnnxValue(pair.Key, pair.Value.ElementType,
                [.. pair.Value.Dims.Select(dim => new OnnxDimension(dim))]))], [term.Wire.Name], onlyShapes: true);
        }

        public void Dispose() => _evaluator.Dispose();

        /// <summary>The term as [heads, queries, keys] for a query given by time, head and place.</summary>
        public float[] Run(Func<int, int, int, float> query, int heads, int size)
        {
            var axis = _term.Wire.Query.Axis;
            int outer = Shapes.Product(_shape, 0, axis), inner = Shapes.Product(_shape, axis + 1, _shape.Length);
            var values = new float[Shapes.Count(_shape)];
            for (var at = 0; at < values.Length; at++)
            {
                int time = at / inner % _shape[axis], element = (at / (inner * _shape[axis]) * inner) + at % inner;
                values[at] = query(time, element / size, element % size);
            }

            var type = _inputs[_term.Wire.QueryName].ElementType;
            _inputs[_term.Wire.QueryName] = OnnxTensor.FromFloats(values, [.. _shape.Select(dim => (long)dim)]).Cast(type);
            try
            {
                var result = _evaluator.Run(_inputs)[_term.Wire.Name];
                return Ordered(result.ToFloats(), heads);
            }
            catch (EdgeSeqException)
            {
                throw _c.Refuse($"its relative positions cannot be evaluated for {_length} elements", $"bound them, --max-context {Math.Max(1, _length / 2)}");
            }
        }

        private float[] Ordered(float[] values, int heads)
        {
            var shape = At(_c, _term, _length);
            if (Shapes.Count(shape) != values.Length || values.Length != heads * shape[_term.QueryAxis] * shape[_term.KeyAxis])
                throw _c.Refuse("its relative positions do not have the shape of the scores");

            var byQuery = (float[])Shapes.AxisFirst(values, shape, _term.KeyAxis);
            int[] keysFirst = [shape[_term.KeyAxis], .. Shapes.Without(shape, _term.KeyAxis)];
            var queryAxis = 1 + (_term.QueryAxis < _term.KeyAxis ? _term.QueryAxis : _term.QueryAxis - 1);
            var queriesFirst = (float[])Shapes.AxisFirst(byQuery, keysFirst, queryAxis);
            int queries = shape[_term.QueryAxis], keys = shape[_term.KeyAxis];
            var ordered = new float[values.Length];
            for (var query = 0; query < queries; query++)
            {
                for (var key = 0; key < keys; key++)
                {
                    for (var head = 0; head < heads; head++)
                        ordered[(head * queries + query) * keys + key] = queriesFirst[(query * keys + key) * heads + head];
                }
            }

            return ordered;
        }
    }
}
