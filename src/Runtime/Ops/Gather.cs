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
            for (var indices = _indices.Span(frame); !indices.IsEmpty;)
            {
                var first = Indices.Wrapped(indices[0], _rows);
                var count = Neighbours(indices, first);
                rows.Slice(first * _inner, count * _inner).CopyTo(y);
                y = y[(count * _inner)..];
                indices = indices[count..];
            }
        }
    }

    /// <summary>How many of the first indices lead to rows that lie one after another: they are copied in one piece.</summary>
    private int Neighbours(ReadOnlySpan<long> indices, int first)
    {
        var most = Math.Min(indices.Length, _rows - first);
        var count = 1;
        while (count < most && indices[count] == first + count)
            count++;
        return count;
    }
}
