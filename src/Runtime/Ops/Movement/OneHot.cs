using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>y [outer, depth, inner] is values[1] where the depth equals the index [outer, inner], values[0] elsewhere. A negative
/// index counts from the end, one outside gives values[0] everywhere.</summary>
internal sealed class OneHot<T> : StepOp
    where T : unmanaged
{
    private readonly Source<long> _indices;
    private readonly Source<T> _values;
    private readonly Target<T> _y;
    private readonly int _depth;
    private readonly int _inner;

    public OneHot(OpReader reader)
    {
        var outer = reader.Int("outer");
        _depth = reader.Int("depth");
        _inner = reader.Int("inner");
        _indices = reader.In<long>("indices", reader.Product(outer, _inner));
        _values = reader.In<T>("values", 2);
        _y = reader.Out<T>("y", reader.Product(outer, _depth, _inner));
    }

    public override void Step(in Frame frame)
    {
        var indices = _indices.Span(frame);
        var values = _values.Span(frame);
        var y = _y.Span(frame);
        y.Fill(values[0]);
        for (var i = 0; i < indices.Length; i++)
        {
            var depth = indices[i] < 0 ? indices[i] + _depth : indices[i];
            if (depth >= 0 && depth < _depth)
                y[(((i / _inner * _depth) + (int)depth) * _inner) + (i % _inner)] = values[1];
        }
    }
}
