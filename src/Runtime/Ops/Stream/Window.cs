using EdgeSeq.Runtime.Kernels;
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
        // The ring has them in this order too.
        if (reader.IsOutChannelsLast("y"))
            (_outer, _inner) = (1, _outer);
        _ring = new Ring(reader, reader.Product(_outer, _inner), _length);
    }

    public override void Step(in Frame frame)
    {
        var slots = _ring.Slots(frame);
        var oldest = _ring.SlotOf(_ring.Advance(frame) + 1);
        var y = _y.Span(frame);
        Place(slots[(oldest * _outer * _inner)..], y, 0);
        Place(slots[..(oldest * _outer * _inner)], y, _length - oldest);
    }

    /// <summary>Brings neighbouring slots to their places.</summary>
    /// <param name="at">Of the first, in the window.</param>
    private void Place(ReadOnlySpan<float> slots, Span<float> y, int at)
    {
        var count = slots.Length / (_outer * _inner);
        if (count == 0)
            return;
        if (_outer == 1)
        {
            slots.CopyTo(y[(at * _inner)..]);
        }
        else if (_inner == 1)
        {
            KernelSet.Transpose(slots, count, y[at..], _length);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                for (var outer = 0; outer < _outer; outer++)
                    slots.Slice(((i * _outer) + outer) * _inner, _inner).CopyTo(y[(((outer * _length) + at + i) * _inner)..]);
            }
        }
    }
}
