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

    /// <summary>Whether the element is read from this place.</summary>
    public unsafe bool Reads(in Frame frame, byte* place)
    {
        fixed (float* x = _x.Span(frame))
            return x == place;
    }

    /// <summary>The same as a step for each of several finite elements.</summary>
    /// <param name="frame">Of the first of these steps; the op ticks at all of them.</param>
    /// <param name="elements">One after another.</param>
    public void StepMany(in Frame frame, ReadOnlySpan<float> elements)
    {
        var slots = _slots.Span(frame);
        var first = frame.Tick;
        // Of more than the ring holds, only the last ones stay.
        var skipped = Math.Max((elements.Length / _size) - _length, 0);
        elements = elements[(skipped * _size)..];
        var slot = (int)((first + skipped) % _length) * _size;
        var before = Math.Min(elements.Length, slots.Length - slot);
        elements[..before].CopyTo(slots[slot..]);
        elements[before..].CopyTo(slots);
    }

    public override void Step(in Frame frame) =>
        Ring.Push(frame, _x.Span(frame), _check, Ring.Slot(_slots.Span(frame), frame.Tick, _size, _length));
}
