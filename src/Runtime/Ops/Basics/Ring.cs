using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>The last elements of a stream, kept in a state of [length, size]: element e lies in slot e mod length. What the state
/// holds after a reset stands for the elements before the start.</summary>
internal sealed class Ring
{
    private readonly Source<float> _x;
    private readonly Target<float> _slots;
    private readonly StateCheck _check;
    private readonly int _size;
    private readonly int _length;
    private readonly ClockSpec? _pushClock;

    /// <summary>Reads the operands x and ring, and push (or inputRate and inputOffset, the clock of the Push that fills the
    /// ring).</summary>
    public Ring(OpReader reader, int size, int length)
    {
        _size = size;
        _length = length;
        if (reader.Flag("push"))
            _x = reader.In<float>("x", size);
        else if (reader.HasIn("x"))
            throw reader.Error("x is given although push is 0");
        else
            _pushClock = new ClockSpec { Rate = reader.Int("inputRate"), Offset = reader.Int("inputOffset") };
        _slots = reader.Ring<float>("ring", reader.Product(size, length));
        _check = reader.RingCheck("ring");
    }

    /// <summary>Appends this tick's element, unless a Push op does so.</summary>
    /// <returns>The index of the newest element, -1 if none has come yet.</returns>
    public long Advance(in Frame frame)
    {
        if (_pushClock is not null)
            return frame.Step < _pushClock.Offset ? -1 : (frame.Step - _pushClock.Offset) / _pushClock.Rate;
        Push(frame, _x.Span(frame), _check, Slot(_slots.Span(frame), frame.Tick, _size, _length));
        return frame.Tick;
    }

    /// <summary>The slot in which an element lies.</summary>
    public int SlotOf(long element)
    {
        var slot = (int)(element % _length);
        return slot < 0 ? slot + _length : slot;
    }

    /// <summary>All slots, [length, size].</summary>
    public ReadOnlySpan<float> Slots(in Frame frame) => _slots.Span(frame);

    /// <summary>Where in <see cref="Slots"/> elements start that lie <paramref name="apart"/> elements from one another, oldest first,
    /// the last one being <paramref name="newest"/>. They reach over at most the ring's length.</summary>
    public void Starts(long newest, int apart, Span<int> starts)
    {
        // One division for all of them.
        var slot = (int)(newest % _length);
        if (slot < 0)
            slot += _length;
        for (var i = starts.Length - 1; i >= 0; i--)
        {
            starts[i] = slot * _size;
            slot -= apart;
            if (slot < 0)
                slot += _length;
        }
    }

    /// <summary>Writes an element over the oldest, which nobody reads any more: a step that is undone leaves nothing to put back.</summary>
    public static void Push(in Frame frame, ReadOnlySpan<float> element, StateCheck check, Span<float> slot)
    {
        if (frame.MayKeep(element, check))
            element.CopyTo(slot);
    }

    public static Span<T> Slot<T>(Span<T> slots, long element, int size, int length)
    {
        var slot = (int)(element % length);
        return slots.Slice((slot < 0 ? slot + length : slot) * size, size);
    }
}
