using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>
/// Time-only wires that meet a sequence: position tables, ramps, learned embeddings. Evaluated, checked not to change with the length,
/// and stored as a table with one row for each element.
/// </summary>
internal static class TimeTables
{
    /// <summary>Bytes that an unbounded table (a position encoding computed by the graph) may take in the program.</summary>
    private const int UnboundedTableBytes = 8 << 20;

    /// <summary>The most rows of an unbounded table; the session ends there, or goes on as the position policy says.</summary>
    private const int UnboundedTableRows = 16384;

    /// <summary>The row of <paramref name="constant"/> for the current element, or the constant itself where it has no such axis.</summary>
    /// <param name="axis">The constant's axis that lies on the time axis; negative where it has none.</param>
    /// <param name="clock">The ticks of the elements.</param>
    public static Wire Row(NodeContext c, ConstantWire constant, int axis, Clock clock)
    {
        int[] shape = constant.Tensor.StepShape();
        if (axis < 0 || shape[axis] == 1)
        {
            return constant.VariesWithTime
                ? throw c.NotCausal($"'{constant.Name}' depends on the length of the whole input, so earlier outputs would change with later inputs")
                : constant;
        }

        var rows = Rows.Of(constant.Tensor, axis);
        if (!constant.VariesWithTime || c.Analysis.LengthIsFixed)
        {
            return rows.AllEqual ? Constant(c, rows) : Table(c, constant, rows, clock);
        }

        var shorter = Rows.Of(c.Analysis.ValueAt(constant.Name, c.Analysis.OtherLength)
            ?? throw c.Refuse($"'{constant.Name}' cannot be evaluated for another length"), axis);
        if (!rows.StartsWith(shorter))
        {
            throw c.NotCausal($"'{constant.Name}' holds other values for the same elements when the input is longer");
        }

        if (rows.AllEqual)
        {
            return Constant(c, rows);
        }

        return Table(c, constant, Longest(c, constant, axis, rows), clock);
    }

    /// <summary>A value that changes with the length, such as the number of steps so far; a constant stays one.</summary>
    public static Wire Scalar(NodeContext c, ConstantWire constant)
    {
        if (!constant.VariesWithTime)
        {
            return constant;
        }

        var analysis = c.Analysis;
        int[] lengths = [analysis.Length, analysis.OtherLength, (analysis.Length + analysis.OtherLength) / 2];
        double[] values = [.. lengths.Select(length => Single(c, constant, length))];
        double slope = (values[0] - values[1]) / (lengths[0] - lengths[1]);
        double offset = values[0] - slope * lengths[0];
        if (Math.Abs(slope * lengths[2] + offset - values[2]) > 1e-4 * Math.Max(1, Math.Abs(values[2])))
        {
            throw c.Refuse($"'{constant.Name}' depends on the length of the whole input in a way that has no closed form");
        }

        var count = c.Graph.Arena(constant.Name, ElementType.F32, constant.Tensor.StepShape());
        c.Graph.Add("StepCount", c.Node.Name, Clock.EveryStep, [], [count], ("scale", (float)slope), ("offset", (float)offset));
        if (constant.Tensor.ElementType.StepType() == ElementType.F32)
        {
            return new LatestWire(count, Clock.EveryStep);
        }

        var integer = c.Graph.Arena(constant.Name, constant.Tensor.ElementType.StepType(), count.Shape);
        c.Graph.Add("Cast", c.Node.Name, Clock.EveryStep, [count], [integer]);
        return new LatestWire(integer, Clock.EveryStep);
    }

    /// <summary>The longest input for which the graph still evaluates <paramref name="wire"/> with the shape that it should have there.</summary>
    public static int LongestLength(Analysis analysis, string wire, int limit, Func<OnnxTensor, int, bool> fits)
    {
        bool Accepts(int length) => analysis.ValueAt(wire, length) is OnnxTensor tensor && fits(tensor, length);
        if (Accepts(limit))
        {
            return limit;
        }

        int good = analysis.Length, bad = limit;
        while (bad - good > 1)
        {
            int middle = good + (bad - good) / 2;
            if (Accepts(middle))
            {
                good = middle;
            }
            else
            {
                bad = middle;
            }
        }

        return good;
    }

    private static double Single(NodeContext c, ConstantWire constant, int length)
    {
        var tensor = c.Analysis.ValueAt(constant.Name, length);
        return tensor is { Count: 1 }
            ? tensor.ToDoubles()[0]
            : throw c.Refuse($"'{constant.Name}' depends on the length of the whole input and is not a single number");
    }

    private static Rows Longest(NodeContext c, ConstantWire constant, int axis, Rows rows)
    {
        int limit = Math.Clamp(UnboundedTableBytes / (4 * rows.Size), rows.Count + 1, UnboundedTableRows);
        int elementsMissing = c.Analysis.Length - rows.Count;
        int length = LongestLength(c.Analysis, constant.Name, limit + elementsMissing,
            (tensor, tried) => rows.Count <= 1 || tensor.StepShape()[axis] >= Expected(rows.Count, c.Analysis.Length, tried));
        return Rows.Of(c.Analysis.ValueAt(constant.Name, length)!, axis);
    }

    /// <summary>Rows at another length, for sequences with a constant number of elements missing and for decimated ones.</summary>
    private static int Expected(int rows, int length, int tried) =>
        rows > length / 2 ? tried - (length - rows) : (int)((long)rows * tried / length) - 1;

    private static ConstantWire Constant(NodeContext c, Rows rows) =>
        new(c.Node.Name, OnnxTensor.FromFloats(rows.Row(0), [.. rows.RowShape.Select(dim => (long)dim)]), false);

    private static LatestWire Table(NodeContext c, ConstantWire constant, Rows rows, Clock clock)
    {
        string beyond = c.Options.Positions.ToString().ToLowerInvariant();
        if (c.Options.Positions == PositionPolicy.Error)
        {
            c.Graph.LimitSteps(clock.Offset + (long)rows.Count * clock.Rate);
        }

        var table = c.Graph.Constant(constant.Name, rows.Data, [rows.Count, rows.Size]);
        var row = c.Graph.Arena($"{constant.Name}.row", ElementType.F32, rows.RowShape);
        c.Graph.Add("Table", c.Node.Name, clock, [table], [row], ("size", rows.Size), ("rows", rows.Count), ("beyond", beyond));
        return new LatestWire(row, clock, Invariant: true);
    }

    /// <summary>A tensor seen as rows along one axis, moved to the front.</summary>
    private sealed record Rows(float[] Data, int Count, int Size, int[] RowShape)
    {
        public bool AllEqual => Enumerable.Range(1, Count - 1).All(i => Row(i).SequenceEqual(Row(0)));

        public static Rows Of(OnnxTensor tensor, int axis)
        {
            int[] shape = tensor.StepShape();
            var data = (float[])Shapes.AxisFirst(tensor.ToFloats(), shape, axis);
            return new Rows(data, shape[axis], data.Length / shape[axis], Shapes.With(shape, axis, 1));
        }

        public ReadOnlySpan<float> Row(int index) => Data.AsSpan(index * Size, Size);

        public bool StartsWith(Rows shorter)
        {
            for (int i = 0; i < Math.Min(shorter.Data.Length, Data.Length); i++)
            {
                if (Math.Abs(shorter.Data[i] - Data[i]) > 1e-6f * Math.Max(1, Math.Abs(Data[i])))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
