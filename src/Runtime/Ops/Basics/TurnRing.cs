namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>Rings of elements [outer, inner] in a state of [turns, outer, length, inner]: each tick continues the next one by several
/// elements.</summary>
internal sealed class TurnRing
{
    private readonly Target<float> _slots;
    private readonly StateCheck _check;
    private readonly int _outer;
    private readonly int _length;
    private readonly int _inner;
    private readonly int _elements;
    private readonly int _turns;

    /// <param name="reader">The op's reader.</param>
    /// <param name="ring">The operand.</param>
    /// <param name="length">Elements of a ring.</param>
    /// <param name="elements">Elements that a tick brings, at most as many as a ring has.</param>
    public TurnRing(OpReader reader, string ring, int outer, int length, int inner, int elements, int turns)
    {
        (_outer, _length, _inner, _elements, _turns) = (outer, length, inner, elements, turns);
        _slots = reader.Ring<float>(ring, reader.Product(turns, outer, length, inner));
        _check = reader.RingCheck(ring);
    }

    /// <summary>Writes the tick's elements over the oldest ones, which nobody reads any more: a step that is undone leaves nothing to put
    /// back.</summary>
    /// <param name="frame">The session's memory.</param>
    /// <param name="x">[outer, elements, inner].</param>
    /// <returns>The slot of the oldest element that is left.</returns>
    public int Push(in Frame frame, ReadOnlySpan<float> x)
    {
        var first = (int)(frame.Tick / _turns * _elements % _length);
        if (frame.MayKeep(x, _check))
        {
            var before = Math.Min(_elements, _length - first);
            for (var outer = 0; outer < _outer; outer++)
            {
                var slots = Line(frame, outer);
                var elements = x.Slice(outer * _elements * _inner, _elements * _inner);
                elements[..(before * _inner)].CopyTo(slots[(first * _inner)..]);
                elements[(before * _inner)..].CopyTo(slots);
            }
        }

        return (first + _elements) % _length;
    }

    /// <summary>The tick's ring in the order of time.</summary>
    /// <param name="frame">The session's memory.</param>
    /// <param name="oldest">The slot of the oldest element.</param>
    /// <param name="y">[outer, length, inner].</param>
    public void Order(in Frame frame, int oldest, Span<float> y)
    {
        for (var outer = 0; outer < _outer; outer++)
        {
            var slots = Line(frame, outer);
            var ordered = y.Slice(outer * slots.Length, slots.Length);
            slots[(oldest * _inner)..].CopyTo(ordered);
            slots[..(oldest * _inner)].CopyTo(ordered[((_length - oldest) * _inner)..]);
        }
    }

    /// <summary>An element of the tick's ring.</summary>
    /// <param name="frame">The session's memory.</param>
    /// <param name="oldest">The slot of the oldest element.</param>
    /// <param name="index">Counted from the oldest one.</param>
    public ReadOnlySpan<float> Element(in Frame frame, int oldest, int index)
    {
        var slot = oldest + index;
        return Line(frame, 0).Slice((slot < _length ? slot : slot - _length) * _inner, _inner);
    }

    private Span<float> Line(in Frame frame, int outer) =>
        _slots.Span(frame).Slice(((int)(frame.Tick % _turns) * _outer + outer) * _length * _inner, _length * _inner);
}
