using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Stream;

/// <summary>y is the element that came count ticks ago; the ring's initial content stands for what came before the start.</summary>
internal sealed class Delay<T> : StepOp
    where T : unmanaged
{
    private readonly Source<T> _x;
    private readonly Target<T> _slots;
    private readonly Target<T> _y;
    private readonly int _size;
    private readonly int _count;

    public Delay(OpReader reader)
    {
        _size = reader.Int("size");
        _count = reader.Int("count");
        _x = reader.In<T>("x", _size);
        _slots = reader.State<T>("ring", reader.Product(_size, _count));
        _y = reader.Out<T>("y", _size);
    }

    public override void Step(in Frame frame)
    {
        var slot = Ring.Slot(_slots.Span(frame), frame.Tick, _size, _count);
        slot.CopyTo(_y.Span(frame));
        _x.Span(frame).CopyTo(slot);
    }
}
