using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Stream;

/// <summary>The last elements of a stream in time order, newest last: elements [outer, inner] become [outer, length, inner].</summary>
internal sealed class Window : StepOp
{
    private readonly Ring _ring;
    private readonly Target<float> _y;
    private readonly int _outer;
    private readonly int _length;
    private readonly int _inner;

    public Window(OpReader reader)
    {
        _outer = reader.Int("outer");
        _length = reader.Int("length");
        _inner = reader.Int("inner");
        _y = reader.Out<float>("y", reader.Product(_outer, _length, _inner));
        _ring = new Ring(reader, reader.Product(_outer, _inner), _length);
    }

    public override void Step(in Frame frame)
    {
        var oldest = _ring.Advance(frame) - _length + 1;
        var y = _y.Span(frame);
        for (var i = 0; i < _length; i++)
        {
            var element = _ring.Element(frame, oldest + i);
            for (var o = 0; o < _outer; o++)
                element.Slice(o * _inner, _inner).CopyTo(y[(((o * _length) + i) * _inner)..]);
        }
    }
}
