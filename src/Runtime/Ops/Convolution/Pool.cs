using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>MaxPool, AveragePool or LpPool (p 1 or 2): [batch, channels, H, W] to [batch, channels, OH, OW]. Works along the channels, on
/// planes that have them last.</summary>
internal sealed class Pool : StepOp
{
    private readonly Source<float> _x;
    private readonly Target<float> _y;
    private readonly Scratch<float> _plane;
    private readonly Scratch<float> _results;
    private readonly Scratch<int> _taps;
    private readonly Geometry _geometry;
    private readonly PoolReduction _reduction;
    private readonly PoolFunction _function;
    private readonly int _planes;
    private readonly bool _readsChannelsLast;
    private readonly bool _writesChannelsLast;
    private readonly TapRange[] _rows;
    private readonly PoolRun[] _runs;
    private readonly int[] _rowCounts;

    public Pool(OpReader reader)
    {
        _function = reader.Choice<PoolFunction>("fn");
        _planes = reader.Product(reader.Int("batch"), reader.Int("channels"));
        _reduction = (_function, reader.Int("p")) switch
        {
            (PoolFunction.Max, _) => PoolReduction.Max,
            (PoolFunction.Average, _) => PoolReduction.Sum,
            (_, 2) => PoolReduction.SumOfSquares,
            _ => PoolReduction.SumOfMagnitudes,
        };
        _geometry = new Geometry(reader, canReachPast: true);
        _x = reader.In<float>("x", reader.Product(_planes, _geometry.InputLength));
        _y = reader.Out<float>("y", reader.Product(_planes, _geometry.OutputLength));
        _readsChannelsLast = reader.IsInChannelsLast("x") || _planes == 1;
        _writesChannelsLast = reader.IsOutChannelsLast("y") || _planes == 1;
        _plane = reader.Scratch<float>(_readsChannelsLast ? 0 : _x.Length);
        _results = reader.Scratch<float>(_writesChannelsLast ? 0 : (long)_planes * _geometry.Columns);
        _taps = reader.Scratch<int>(_geometry.KernelLength);
        _rows = new TapRange[_geometry.Rows];
        _rowCounts = new int[_rows.Length];
        var countPadding = reader.Flag("countIncludePad");
        for (var row = 0; row < _rows.Length; row++)
        {
            _rows[row] = _geometry.TapsOnInput(0, row);
            _rowCounts[row] = countPadding ? _geometry.TapsOnPaddedInput(0, row) : _rows[row].Count;
        }

        _runs = PoolRun.Of(_geometry, countPadding);
    }

    public override void Step(in Frame frame)
    {
        var x = PlaneOf(frame);
        for (var row = 0; row < _rows.Length; row++)
        {
            var length = _geometry.Columns * _planes;
            var line = _writesChannelsLast ? _y.Span(frame).Slice(row * length, length) : _results.Span(frame);
            foreach (var run in _runs)
                PoolPositions(frame, x, row, run, line.Slice(run.First * _planes, run.Count * _planes));
            if (!_writesChannelsLast)
                KernelSet.Transpose(line, _geometry.Columns, _y.Span(frame)[(row * _geometry.Columns)..], _geometry.OutputLength);
        }
    }

    /// <summary>The input as [H, W, planes].</summary>
    private ReadOnlySpan<float> PlaneOf(in Frame frame)
    {
        var x = _x.Span(frame);
        if (_readsChannelsLast)
            return x;
        var plane = _plane.Span(frame);
        KernelSet.Transpose(x, _planes, plane, _planes);
        return plane;
    }

    private void PoolPositions(in Frame frame, ReadOnlySpan<float> x, int row, PoolRun run, Span<float> y)
    {
        var (rows, columns) = (_rows[row], run.Taps);
        var taps = _taps.Span(frame)[..(rows.Count * columns.Count)];
        var at = 0;
        for (var (column, w) = (0, columns.First); column < columns.Count; column++, w += columns.Step)
        {
            for (var (tap, h) = (0, rows.First); tap < rows.Count; tap++, h += rows.Step)
                taps[at++] = ((h * _geometry.InputColumns) + w) * _planes;
        }

        KernelSets.Active.Pool(_reduction, x, taps, Math.Max(rows.Count, 1), _geometry.ColumnStride * _planes, _planes, y);
        if (_function == PoolFunction.Average)
            KernelSets.Active.Binary(BinaryFunction.Div, y, [Math.Max(_rowCounts[row] * run.Counted, 1)], y);
        else if (_reduction == PoolReduction.SumOfSquares)
            KernelSets.Active.Unary(UnaryFunction.Sqrt, y, y);
    }
}
