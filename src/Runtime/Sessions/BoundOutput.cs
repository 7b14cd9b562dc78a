namespace EdgeSeq.Runtime.Sessions;

/// <summary>An output of one session, whose address stays as long as the session lives.</summary>
internal readonly unsafe struct BoundOutput(byte* address, byte* value, int length, int elements, bool isFloat, int clock, int tail,
    bool isInArena)
{
    /// <summary>Where the caller reads it: the value itself, or the elements of a chunk one after the other.</summary>
    public readonly byte* Address = address;

    /// <summary>The value of one step.</summary>
    public readonly byte* Value = value;

    /// <summary>Elements that a call gives.</summary>
    public readonly int Elements = elements;

    /// <summary>Values of all of them.</summary>
    public readonly int Length = length * elements;

    /// <summary>Bytes of one.</summary>
    public readonly long ElementBytes = (long)length * (isFloat ? sizeof(float) : sizeof(long));

    public readonly bool IsFloat = isFloat;

    public readonly bool IsInArena = isInArena;

    public readonly int Clock = clock;

    /// <summary>Steps behind the end of a flushed recording at which it still comes.</summary>
    public readonly int Tail = tail;
}
