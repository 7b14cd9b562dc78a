using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>MaxPool, AveragePool or LpPool (p 1 or 2): [batch, channels, H, W] to [batch, channels, OH, OW]. The rows under the kernel
/// become one first, element by element; then each output takes its elements of that, from left to right.</summary>
internal sealed class Pool : StepOp
{
    private readonly Source<float> _x;
    private readonly Target<float> _y;
    private readonly Scratch<float> _line;
    private readonly Scratch<float> _term;
    private readonly Geometry _geometry;
    private readonly PoolFunction _function;
    private readonly int _planes;
    private readonly bool _squares;
    private readonly TapRange[] _rows;
    private readonly TapRange[] _columns;
    private readonly int[] _rowCounts;
    private readonly int[] _columnCounts;

    public Pool(OpReader reader)
    {
        _function = reader.Choice<PoolFunction>("fn");
        _planes = reader.Product(reader.Int("batch"), reader.Int("channels"));
        _squares = _function == PoolFunction.Lp && reader.Int("p") == 2;
        _geometry = new Geometry(reader, canReachPast: true);
        _x = reader.In<float>("x", reader.Product(_planes, _geometry.InputLength));
        _y = reader.Out<float>("y", reader.Product(_planes, _geometry.OutputLength));
        _line = reader.Scratch<float>(_geometry.InputColumns);
        _term = reader.Scratch<float>(_geometry.InputColumns);
        _rows = Ranges(0, _geometry.Rows);
        _columns = Ranges(1, _geometry.Columns);
        var countPadding = reader.Flag("countIncludePad");
        _rowCounts = Counts(0, _rows, countPadding);
        _columnCounts = Counts(1, _columns, countPadding);
    }

    private float Nothing => _function == PoolFunction.Max ? float.NegativeInfinity : 0;

    public override void Step(in Frame frame)
    {
        var y = _y.Span(frame);
        for (var plane = 0; plane < _planes; plane++)
        {
            var x = _x.Span(frame).Slice(plane * _geometry.InputLength, _geometry.InputLength);
            for (var row = 0; row < _rows.Length; row++)
            {
                Pooled(LineOf(frame, x, row), y[.._columns.Length]);
                Finish(row, y[.._columns.Length]);
                y = y[_columns.Length..];
            }
        }
    }

    private TapRange[] Ranges(int axis, int count)
    {
        var ranges = new TapRange[count];
        for (var at = 0; at < count; at++)
            ranges[at] = _geometry.TapsOnInput(axis, at);
        return ranges;
    }

    /// <summary>What an average of each output divides by, along one axis.</summary>
    private int[] Counts(int axis, TapRange[] ranges, bool countPadding)
    {
        var counts = new int[ranges.Length];
        for (var at = 0; at < counts.Length; at++)
            counts[at] = countPadding ? _geometry.TapsOnPaddedInput(axis, at) : ranges[at].Count;
        return counts;
    }

    /// <summary>The rows under the kernel as one.</summary>
    private ReadOnlySpan<float> LineOf(in Frame frame, ReadOnlySpan<float> x, int row)
    {
        var line = _line.Span(frame);
        var taps = _rows[row];
        if (taps.Count == 0)
        {
            line.Fill(Nothing);
            return line;
        }

        var first = Row(x, taps.First);
        if (_function != PoolFunction.Lp && taps.Count == 1)
            return first;
        Term(first, line);
        var term = _term.Span(frame);
        for (var tap = 1; tap < taps.Count; tap++)
        {
            var next = Row(x, taps.First + (tap * taps.Step));
            if (_function == PoolFunction.Lp)
            {
                Term(next, term);
                next = term;
            }

            KernelSets.Active.Binary(_function == PoolFunction.Max ? BinaryFunction.Max : BinaryFunction.Add, line, next, line);
        }

        return line;
    }

    private ReadOnlySpan<float> Row(ReadOnlySpan<float> x, int row) => x.Slice(row * _geometry.InputColumns, _geometry.InputColumns);

    /// <summary>What an element adds.</summary>
    private void Term(ReadOnlySpan<float> x, Span<float> term)
    {
        if (_squares)
            KernelSets.Active.Binary(BinaryFunction.Mul, x, x, term);
        else if (_function == PoolFunction.Lp)
            KernelSets.Active.Unary(UnaryFunction.Abs, x, term);
        else
            x.CopyTo(term);
    }

    private void Pooled(ReadOnlySpan<float> line, Span<float> y)
    {
        for (var column = 0; column < y.Length; column++)
        {
            var taps = _columns[column];
            var result = Nothing;
            var at = taps.First;
            if (_function == PoolFunction.Max)
            {
                for (var i = 0; i < taps.Count; i++, at += taps.Step)
                    result = Larger(result, line[at]);
            }
            else
            {
                for (var i = 0; i < taps.Count; i++, at += taps.Step)
                    result += line[at];
            }

            y[column] = result;
        }
    }

    private void Finish(int row, Span<float> y)
    {
        if (_function == PoolFunction.Average)
        {
            for (var column = 0; column < y.Length; column++)
                y[column] /= Math.Max(_rowCounts[row] * _columnCounts[column], 1);
        }
        else if (_squares)
        {
            KernelSets.Active.Unary(UnaryFunction.Sqrt, y, y);
        }
    }

    /// <summary>As <see cref="BinaryFunction.Max"/>.</summary>
    private static float Larger(float a, float b) => b < a || float.IsNaN(a) ? a : b;
}
