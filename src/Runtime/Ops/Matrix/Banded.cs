using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Matrix;

/// <summary>y [vectors, rows] = W·x for x [vectors, columns] and a W that is zero outside of a band of columns of each tile of 16
/// rows.</summary>
internal sealed class Banded : StepOp
{
    private readonly Source<float> _w;
    private readonly Source<float> _x;
    private readonly Target<float> _y;
    private readonly int[] _first;
    private readonly int[] _width;
    private readonly int _rows;
    private readonly int _columns;

    public Banded(OpReader reader)
    {
        _rows = reader.Int("rows");
        _columns = reader.Int("columns");
        var vectors = reader.Int("vectors");
        var tiles = PackedLayout.PadRows(_rows) / PackedLayout.TileRows;
        _first = reader.Ints("first", tiles);
        _width = reader.Ints("width", tiles);
        var length = 0L;
        for (var t = 0; t < tiles; t++)
        {
            if (_first[t] > _columns || _width[t] > _columns - _first[t])
                throw reader.Error("a band leaves the columns");
            length += PackedLayout.TileLengthF32(_width[t]);
        }

        _x = reader.In<float>("x", reader.Product(vectors, _columns));
        _w = reader.In<float>("W", length);
        _y = reader.Out<float>("y", reader.Product(vectors, _rows));
    }

    public override void Step(in Frame frame)
    {
        ReadOnlySpan<float> x = _x.Span(frame), w = _w.Span(frame);
        var y = _y.Span(frame);
        for (; !y.IsEmpty; y = y[_rows..], x = x[_columns..])
        {
            var tile = w;
            for (var t = 0; t < _first.Length; t++)
            {
                var rows = Math.Min(PackedLayout.TileRows, _rows - t * PackedLayout.TileRows);
                KernelSets.Active.LinearF32(new MatrixF32(tile, default, rows, _width[t]), x.Slice(_first[t], _width[t]),
                    y.Slice(t * PackedLayout.TileRows, rows), 1);
                tile = tile[PackedLayout.TileLengthF32(_width[t])..];
            }
        }
    }
}
