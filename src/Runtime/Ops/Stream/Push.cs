using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Stream;

/// <summary>Writes its element into a ring whose reader ticks at another clock.</summary>
internal sealed class Push : StepOp
{
    private readonly Source<float> _x;
    private readonly Target<float> _slots;
    private readonly StateCheck _check;
    private readonly int _size;
    private readonly int _length;

    public Push(OpReader reader)
    {
        _size = reader.Int("size");
        _length = reader.Int("length");
        _x = reader.In<float>("x", _size);
        _slots = reader.Ring<float>("ring", reader.Product(_size, _length));
        _check = reader.RingCheck("ring");
    }

    public override void Step(in Frame frame) =>
        Ring.Push(frame, _x.Span(frame), _check, Ring.Slot(_slots.Span(frame), frame.Tick, _size, _length));
}
