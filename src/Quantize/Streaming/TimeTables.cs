using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>
/// Time-only wires that meet a sequence: position tables, ramps, learned embeddings. Evaluated, checked not to change with the length,
/// and stored as a table with one row for each element; or, where all of them follow from one form, as that.
/// </summary>
internal static class TimeTables
{
    /// <summary>Bytes that an unbounded table (a position encoding computed by the graph) may take in the program.</summary>
    private const int UnboundedTableBytes = 8 << 20;

    /// <summary>The most rows of an unbounded table; the session ends there, or goes on as the position policy says.</summary>
    private const int UnboundedTableRows = 16384;

    /// <summary>The most values of a wire that has another one at each step.</summary>
    private const int StepTableRows = 1024;

    /// <summary>The row of <paramref name="constant"/> for the current element, or the constant itself where it has no such axis.</summary>
    /// <param name="axis">The constant's axis that lies on the time axis; negative where it has none.</param>
    /// <param name="clock">The ticks of the elements.</param>
    public static Wire Row(NodeContext c, ConstantWire constant, int axis, Clock clock) =>
        c.Memoised(constant.Name, axis, clock, () => NewRow(c, constant, axis, clock));

    /// <summary>The rows of each element where they are the same for all elements.</summary>
    /// <param name="axis">As of <see cref="Row"/>.</param>
    public static ConstantWire RowsOfEach(NodeContext c, ConstantWire constant, int axis, ElementRows each)
    {
        if (axis < 0 || constant.Tensor.Dims[axis] == 1)
        {
            return constant.VariesWithTime
                ? throw c.NotCausal($"'{constant.Name}' depends on the length of the whole input") : constant;
        }

        var rows = Rows.Of(constant.Tensor, axis);
        var length = rows.Count / each.Count;
        for (var i = 0; i < rows.Count; i++)
        {
            var (element, row) = (i / each.Count, i % each.Count);
            if (!rows.Row(each.At(row, element, length)).SequenceEqual(rows.Row(each.At(row, 0, length))))
                throw c.NotCausal($"'{constant.Name}' holds other values for each element");
        }

        var shape = Shapes.With(constant.Tensor.StepShape(), axis, each.Count);
        int inner = Shapes.Product(shape, axis + 1, shape.Length), outer = rows.Size / inner;
        var first = new float[each.Count * rows.Size];
        for (var i = 0; i < first.Length; i++)
        {
            var (at, row, before) = (i % inner, i / inner % each.Count, i / inner / each.Count);
            first[i] = rows.Row(each.At(row, 0, length))[(before * inner) + at];
        }

        var tensor = OnnxTensor.FromFloats(first, [.. shape.Select(dim => (long)dim)]).Cast(constant.Tensor.ElementType);
        return new ConstantWire(constant.Name, tensor, false);
    }

    /// <summary>A value that changes with the length, such as the number of steps so far, or its row of a position table; a constant stays
    /// one.</summary>
    public static Wire AtStep(NodeContext c, ConstantWire constant)
    {
        if (!constant.VariesWithTime)
            return constant;

        return c.Memoised(constant.Name, -1, c.Graph.InputClock, () => constant.Tensor.Count == 1 && Scalar(c, constant) is Wire scalar
            ? scalar : StepTable(c, constant));
    }

    /// <summary>The row of the current element of a table that a rule has computed.</summary>
    /// <param name="rows">As many as there are elements.</param>
    /// <param name="shape">Of a row.</param>
    public static LatestWire RowOf(NodeContext c, string name, float[] rows, int[] shape, Clock clock)
    {
        var size = Shapes.Count(shape);
        if (c.Options.Positions == PositionPolicy.Error)
            c.Graph.LimitSteps(clock.Offset + (long)(rows.Length / size) * clock.Rate);

        var row = c.Graph.Arena($"{name}.row", ElementType.F32, shape);
        c.Graph.Add("Table", c.Node.Name, clock, [c.Graph.Constant(name, rows, [rows.Length / size, size])], [row], ("size", size),
            ("rows", rows.Length / size), ("beyond", c.Options.Positions.ToString().ToLowerInvariant()));
        return new LatestWire(row, clock, Invariant: true);
    }

    /// <summary>The longest input for which the graph still evaluates <paramref name="wire"/> with the shape that it should have
    /// there.</summary>
    public static int LongestLength(Analysis analysis, string wire, int limit, Func<OnnxTensor, int, bool> fits)
    {
        bool Accepts(int length) => analysis.ValueAt(wire, length) is OnnxTensor tensor && fits(tensor, length);
        // By doubling, so that a table that ends soon is never asked for its value at the limit: what the graph computes on the way there
        // may grow with the square of the length.
        int good = Math.Min(analysis.Length, limit), bad = limit + 1;
        while (good < limit && bad > limit)
        {
            var longer = (int)Math.Min(2L * good, limit);
            if (Accepts(longer))
                good = longer;
            else
                bad = longer;
        }

        while (bad <= limit && bad - good > 1)
        {
            var middle = good + (bad - good) / 2;
            if (Accepts(middle))
                good = middle;
            else
                bad = middle;
        }

        return good;
    }

    private static Wire NewRow(NodeContext c, ConstantWire constant, int axis, Clock clock)
    {
        var shape = constant.Tensor.StepShape();
        if (axis < 0 || shape[axis] == 1)
        {
            return constant.VariesWithTime
                ? throw c.NotCausal(
                $"'{constant.Name}' depends on the length of the whole input, so earlier outputs would change with later inputs")
                : constant;
        }

        var rows = Rows.Of(constant.Tensor, axis);
        if (!constant.VariesWithTime || c.Analysis.LengthIsFixed)
            return rows.AllEqual ? Constant(c, constant, rows) : Table(c, constant, rows, clock);

        var shorter = Rows.Of(c.Analysis.ValueAt(constant.Name, c.Analysis.OtherLength)
            ?? throw c.Refuse($"'{constant.Name}' cannot be evaluated for another length"), axis);
        if (!rows.StartsWith(shorter))
            throw c.NotCausal($"'{constant.Name}' holds other values for the same elements when the input is longer");

        var (all, endless) = Longest(c, constant, axis, rows);
        if (all.AllEqual)
            return Constant(c, constant, all);

        return endless ? Endless(c, constant, all, clock) ?? Table(c, constant, all, clock) : Table(c, constant, all, clock);
    }

    /// <summary>Rows in a form that goes on for ever; null where there is none.</summary>
    private static LatestWire? Endless(NodeContext c, ConstantWire constant, Rows rows, Clock clock) =>
        rows.IsRamp ? Ramp(c, constant, rows, clock, new Stairs(1, 0))
        : rows.Changing < rows.Count / 2 ? Table(c, constant, rows.First(rows.Changing + 1), clock, "clamp")
        : rows.Period is int period ? Table(c, constant, rows.First(period), clock, "wrap")
        : rows.Stairs is { } stairs ? Ramp(c, constant, rows, clock, stairs)
        : null;

    /// <summary>Null where the value is no linear function of the length.</summary>
    private static LatestWire? Scalar(NodeContext c, ConstantWire constant)
    {
        var analysis = c.Analysis;
        int[] lengths = [analysis.Length, analysis.OtherLength, (analysis.Length + analysis.OtherLength) / 2];
        double[] values = [.. lengths.Select(length => Single(c, constant, length))];
        var slope = (values[0] - values[1]) / (lengths[0] - lengths[1]);
        var offset = values[0] - slope * lengths[0];
        if (Math.Abs(slope * lengths[2] + offset - values[2]) > 1e-4 * Math.Max(1, Math.Abs(values[2])))
            return null;

        offset += slope * (analysis.FirstLength - 1);
        if (constant.Tensor.ElementType.IsInteger() && slope == Math.Round(slope))
            return Whole(c, constant, (long)slope, (long)Math.Round(offset));

        // (t + 1) · slope + offset, where t counts elements of the inputs.
        var count = c.Graph.Arena(constant.Name, ElementType.F32, constant.Tensor.StepShape());
        var perStep = slope / c.Graph.InputRate;
        c.Graph.Add("StepCount", c.Node.Name, c.Graph.InputClock, [], [count], ("scale", (float)perStep),
            ("offset", (float)(offset + slope - perStep)));
        return InType(c, constant, StepOperand.Of(count), c.Graph.InputClock);
    }

    /// <summary>(t + 1) · slope + offset in whole numbers.</summary>
    private static LatestWire Whole(NodeContext c, ConstantWire constant, long slope, long offset)
    {
        var lowering = c.LoweringFor(c.Graph.InputClock);
        var count = lowering.New(constant.Tensor.StepShape(), ElementType.I64, $"{constant.Name}.count");
        lowering.Add("StepCount", [], [count.Value], ("start", 1));
        var scaled = slope == 1 ? count : StepArithmetic.Binary(lowering, "Mul", count, StepOperand.Of(OnnxTensor.Scalar(slope)));
        var value = offset == 0 ? scaled : StepArithmetic.Binary(lowering, "Add", scaled, StepOperand.Of(OnnxTensor.Scalar(offset)));
        return InType(c, constant, value, c.Graph.InputClock);
    }

    /// <summary>One row a step.</summary>
    private static LatestWire StepTable(NodeContext c, ConstantWire constant)
    {
        var shape = constant.Tensor.StepShape();
        var limit = Math.Clamp(UnboundedTableBytes / (4 * Math.Max(1, constant.Tensor.StepShape().Aggregate(1, (a, b) => a * b))), 1,
            StepTableRows);
        var values = c.Analysis.ValueAt(constant.Name, c.Analysis.OtherLength)?.StepShape().SequenceEqual(shape) == true
            ? c.Analysis.ValuesFromStart(constant.Name).Take(limit).TakeWhile(value => value.StepShape().SequenceEqual(shape)).ToArray()
            : [];
        if (values.Length < 2)
            throw c.Refuse($"'{constant.Name}' depends on the length of the whole input in a way that has no closed form");

        var rows = new Rows([.. values.SelectMany(value => value.ToFloats())], values.Length, Shapes.Count(shape), shape);
        return (values.Length == limit ? Endless(c, constant, rows, c.Graph.InputClock) : null)
            ?? Table(c, constant, rows, c.Graph.InputClock);
    }

    private static double Single(NodeContext c, ConstantWire constant, int length)
    {
        var tensor = c.Analysis.ValueAt(constant.Name, length);
        return tensor is { Count: 1 }
            ? tensor.ToDoubles()[0]
            : throw c.Refuse($"'{constant.Name}' depends on the length of the whole input and is not a single number");
    }

    /// <summary>All rows that the model has, and whether it may have more than were asked for.</summary>
    private static (Rows Rows, bool Endless) Longest(NodeContext c, ConstantWire constant, int axis, Rows rows)
    {
        var limit = Math.Clamp(UnboundedTableBytes / (4 * rows.Size), rows.Count + 1, UnboundedTableRows);
        var longest = rows.Count > c.Analysis.Length ? Math.Max(c.Analysis.Length + 1, (int)((long)limit * c.Analysis.Length / rows.Count))
            : limit + c.Analysis.Length - rows.Count;
        var length = LongestLength(c.Analysis, constant.Name, longest,
            (tensor, tried) => rows.Count <= 1 || tensor.StepShape()[axis] >= Expected(rows.Count, c.Analysis.Length, tried));
        return (Rows.Of(c.Analysis.ValueAt(constant.Name, length)!, axis), length == longest);
    }

    /// <summary>Rows at another length, for sequences with a constant number of elements missing and for decimated ones; at least so many
    /// for those with several elements for each of the input.</summary>
    private static int Expected(int rows, int length, int tried) =>
        rows > length / 2 ? tried - (length - rows) : (int)((long)rows * tried / length) - 1;

    private static ConstantWire Constant(NodeContext c, ConstantWire constant, Rows rows) =>
        new(c.Node.Name, OnnxTensor.FromFloats(rows.Row(0), [.. rows.RowShape.Select(dim => (long)dim)]).Cast(constant.Tensor.ElementType),
        false);

    /// <param name="beyond">What comes after the last row; null: as the position policy says.</param>
    private static LatestWire Table(NodeContext c, ConstantWire constant, Rows rows, Clock clock, string? beyond = null)
    {
        if (beyond is null && c.Options.Positions == PositionPolicy.Error)
            c.Graph.LimitSteps(clock.Offset + (long)rows.Count * clock.Rate);

        var table = c.Graph.Constant(constant.Name, rows.Data, [rows.Count, rows.Size]);
        var row = c.Graph.Arena($"{constant.Name}.row", ElementType.F32, rows.RowShape);
        c.Graph.Add("Table", c.Node.Name, clock, [table], [row], ("size", rows.Size), ("rows", rows.Count),
            ("beyond", beyond ?? c.Options.Positions.ToString().ToLowerInvariant()));
        return InType(c, constant, StepOperand.Of(row), clock);
    }

    /// <summary>Rows that grow by the same amount each, or each few: first + step · ((index + start) / divisor), for any number of
    /// elements.</summary>
    private static LatestWire Ramp(NodeContext c, ConstantWire constant, Rows rows, Clock clock, Stairs stairs)
    {
        var lowering = c.LoweringFor(clock);
        var index = lowering.New([1], ElementType.I64, $"{constant.Name}.index");
        lowering.Add("StepCount", [], [index.Value], ("start", stairs.Start), ("divisor", stairs.Divisor));
        long[] shape = [.. rows.RowShape.Select(dim => (long)dim)];
        float[] first = rows.Row(0).ToArray(), growth = stairs.Divisor == 1 ? rows.Step : rows.Rise(stairs);
        if (constant.Tensor.ElementType.IsInteger())
            return Grown(OnnxTensor.FromInts(Rounded(growth), shape), OnnxTensor.FromInts(Rounded(first), shape), index);

        return Grown(OnnxTensor.FromFloats(growth, shape), OnnxTensor.FromFloats(first, shape),
            StepArithmetic.Cast(lowering, index, ElementType.F32));

        LatestWire Grown(OnnxTensor step, OnnxTensor start, StepOperand count) => InType(c, constant,
            StepArithmetic.Binary(lowering, "Add", StepArithmetic.Binary(lowering, "Mul", count, StepOperand.Of(step)),
            StepOperand.Of(start)), clock);

        static long[] Rounded(float[] values) => [.. values.Select(value => (long)MathF.Round(value))];
    }

    private static LatestWire InType(NodeContext c, ConstantWire constant, StepOperand row, Clock clock) =>
        new(StepArithmetic.Cast(c.LoweringFor(clock), row, constant.Tensor.ElementType.StepType()).Value!, clock, Invariant: true);

    /// <summary>Rows that stay for Divisor elements each, the first for Start fewer.</summary>
    private sealed record Stairs(int Divisor, int Start);

    /// <summary>A tensor seen as rows along one axis, moved to the front.</summary>
    private sealed record Rows(float[] Data, int Count, int Size, int[] RowShape)
    {
        private const float Tolerance = 1e-6f;

        /// <summary>Rows before those that are all equal to the last.</summary>
        public int Changing
        {
            get
            {
                var changing = Count - 1;
                while (changing > 0 && Row(changing - 1).SequenceEqual(Row(Count - 1)))
                    changing--;

                return changing;
            }
        }

        /// <summary>What each element of a row gains from one row to the next, on average.</summary>
        public float[] Step =>
            [.. Enumerable.Range(0, Size).Select(i => (float)(((double)Data[(Count - 1) * Size + i] - Data[i]) / (Count - 1)))];

        public bool IsRamp
        {
            get
            {
                var step = Step;
                return Enumerable.Range(0, Data.Length).All(at =>
                    Math.Abs(Data[at] - (Data[at % Size] + (double)step[at % Size] * (at / Size))) <= Tolerance * Math.Max(1,
                    Math.Abs(Data[at])));
            }
        }

        /// <summary>Rows after which they start over, seen three times at least; null where they do not.</summary>
        public int? Period
        {
            get
            {
                for (var period = 1; period <= Count / 3; period++)
                {
                    if (Data.AsSpan(period * Size).SequenceEqual(Data.AsSpan(0, Data.Length - period * Size)))
                        return period;
                }

                return null;
            }
        }

        /// <summary>Rows that grow by the same amount after equally many; null where they do not, or not three times.</summary>
        public Stairs? Stairs
        {
            get
            {
                var changes = Enumerable.Range(1, Count - 1).Where(i => !Row(i).SequenceEqual(Row(i - 1))).ToArray();
                if (changes.Length < 3 || changes[1] - changes[0] is var divisor && (divisor < 2 || changes[0] > divisor))
                    return null;

                var stairs = new Stairs(divisor, divisor - changes[0]);
                var rise = Rise(stairs);
                return Enumerable.Range(0, Data.Length).All(at => Math.Abs(
                    Data[at] - (Data[at % Size] + (double)rise[at % Size] * ((at / Size + stairs.Start) / divisor)))
                    <= Tolerance * Math.Max(1, Math.Abs(Data[at]))) ? stairs : null;
            }
        }

        public bool AllEqual => Enumerable.Range(1, Count - 1).All(i => Row(i).SequenceEqual(Row(0)));

        public static Rows Of(OnnxTensor tensor, int axis)
        {
            var shape = tensor.StepShape();
            var data = (float[])Shapes.AxisFirst(tensor.ToFloats(), shape, axis);
            return new Rows(data, shape[axis], data.Length / shape[axis], Shapes.With(shape, axis, 1));
        }

        /// <summary>What each element gains at a stair.</summary>
        public float[] Rise(Stairs stairs) => [.. Enumerable.Range(0, Size).Select(i => Row(stairs.Divisor - stairs.Start)[i] - Data[i])];

        public Rows First(int count) => this with { Data = Data[..(count * Size)], Count = count };

        public ReadOnlySpan<float> Row(int index) => Data.AsSpan(index * Size, Size);

        public bool StartsWith(Rows shorter)
        {
            for (var i = 0; i < Math.Min(shorter.Data.Length, Data.Length); i++)
            {
                if (Math.Abs(shorter.Data[i] - Data[i]) > Tolerance * Math.Max(1, Math.Abs(Data[i])))
                    return false;
            }

            return true;
        }
    }
}
