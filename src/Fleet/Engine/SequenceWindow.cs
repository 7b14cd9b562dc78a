namespace EdgeSeq.Fleet.Engine;

/// <summary>Which samples of a stream came already, by their sequence numbers. It remembers the last 64 before the next one; a number
/// further back counts as one that came.</summary>
internal struct SequenceWindow
{
    private const int Remembered = 64;

    /// <summary>The number that follows the highest so far; -1 before the first.</summary>
    public long Next;

    /// <summary>Bit i: whether the sample Next - 1 - i came.</summary>
    public ulong Seen;

    public readonly bool HasStarted => Next >= 0;

    public static SequenceWindow New => new() { Next = -1 };

    /// <summary>Takes the number of a sample.</summary>
    /// <param name="missing">Where it is the next one or further: how many were left out before it.</param>
    public Arrival Take(long sequence, out long missing)
    {
        missing = 0;
        if (!HasStarted || sequence >= Next)
        {
            missing = HasStarted ? sequence - Next : 0;
            Seen = missing >= Remembered - 1 ? 1 : (Seen << (int)(missing + 1)) | 1;
            Next = sequence + 1;
            return Arrival.InOrder;
        }

        var back = Next - 1 - sequence;
        if (back >= Remembered || (Seen & (1UL << (int)back)) != 0)
            return Arrival.Duplicate;
        Seen |= 1UL << (int)back;
        return Arrival.Late;
    }
}
