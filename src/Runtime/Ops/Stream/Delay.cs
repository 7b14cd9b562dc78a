using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Stream;

/// <summary>y is the element that came count ticks ago; the ring's initial content stands for what came before the start.</summary>
internal sealed class Delay<T> : StepOp
    where T : unmanaged
{
    private readonly Source<T> _x;
    private readonly Target<T> _slots;
    private readonly Target<T> _y;
    private readonly Kept<T> _overwritten;
    private readonly StateCheck _check;
    private readonly int _size;
    private readonly int _count;

    public Delay(OpReader reader)
    {
        _size = reader.Int("size");
        _count = reader.Int("count");
        _x = reader.In<T>("x", _size);
        _slots = reader.Ring<T>("ring", reader.Product(_size, _count));
        _check = reader.RingCheck("ring");
        _overwritten = reader.Kept<T>(_size);
        _y = reader.Out<T>("y", _size);
    }

    public override void Step(in Frame frame)
    {
        var slot = Ring.Slot(_slots.Span(frame), frame.Tick, _size, _count);
        slot.CopyTo(_y.Span(frame));
        slot.CopyTo(_overwritten.Span(frame));
        var x = _x.Span(frame);
        if (typeof(T) != typeof(float) || frame.MayKeep(MemoryMarshal.Cast<T, float>(x), _check))
            x.CopyTo(slot);
    }

    public override void Undo(in Frame frame) =>
        _overwritten.Span(frame).CopyTo(Ring.Slot(_slots.Span(frame), frame.Tick, _size, _count));
}
