namespace EdgeSeq.Runtime.Ops;

/// <summary>Rows by index: y [outer, indices, inner] from data [outer, rows, inner].</summary>
internal sealed class Gather<T> : StepOp
    where T : unmanaged
{
    private readonly Source<T> _data;
    private readonly Source<long> _indices;
    private readonly Target<T> _y;
    private readonly int _outer;
    private readonly int _rows;
    private readonly int _inner;

    public Gather(OpReader reader)
    {
        _outer = reader.Size("outer", 1);
        _rows = reader.Size("rows");
        _inner = reader.Size("inner");
        _data = reader.In<T>(0, reader.Product(_outer, _rows, _inner));
        _indices = reader.In<long>(1, reader.InLength(1));
        _y = reader.Out<T>(0, reader.Product(_outer, _indices.Length, _inner));
    }

    public override void Step(in Frame frame)
    {
        var data = _data.Span(frame);
        var y = _y.Span(frame);
        for (var o = 0; o < _outer; o++)
        {
            var rows = data.Slice(o * _rows * _inner, _rows * _inner);
            foreach (var index in _indices.Span(frame))
            {
                rows.Slice(Indices.Wrapped(index, _rows) * _inner, _inner).CopyTo(y);
                y = y[_inner..];
            }
        }
    }
}
