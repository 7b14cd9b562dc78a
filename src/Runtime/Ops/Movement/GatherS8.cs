using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>Rows of an int8 table with one scale a row, as float: an embedding.</summary>
internal sealed class GatherS8 : StepOp
{
    private readonly Source<sbyte> _data;
    private readonly Source<long> _indices;
    private readonly Source<float> _scale;
    private readonly Target<float> _y;
    private readonly int _rows;
    private readonly int _inner;

    public GatherS8(OpReader reader)
    {
        if (reader.Int("outer") != 1)
            throw reader.Error("an int8 table has outer 1");
        _rows = reader.Int("rows");
        _inner = reader.Int("inner");
        _data = reader.In<sbyte>("data", reader.Product(_rows, _inner));
        _indices = reader.In<long>("indices", reader.InLength("indices"));
        _scale = reader.In<float>("scale", _rows);
        _y = reader.Out<float>("y", reader.Product(_indices.Length, _inner));
    }

    public override void Step(in Frame frame)
    {
        var data = _data.Span(frame);
        var scales = _scale.Span(frame);
        var y = _y.Span(frame);
        foreach (var index in _indices.Span(frame))
        {
            var row = Indices.Wrapped(index, _rows);
            var values = data.Slice(row * _inner, _inner);
            for (var i = 0; i < values.Length; i++)
                y[i] = values[i] * scales[row];
            y = y[_inner..];
        }
    }
}
