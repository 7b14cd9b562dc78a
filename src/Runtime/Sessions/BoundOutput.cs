namespace EdgeSeq.Runtime.Sessions;

/// <summary>An output of one session, whose address stays as long as the session lives.</summary>
internal readonly unsafe struct BoundOutput(byte* address, int length, bool isFloat, int clock, int tail)
{
    public readonly byte* Address = address;

    public readonly int Length = length;

    public readonly bool IsFloat = isFloat;

    public readonly int Clock = clock;

    /// <summary>Steps behind the end of a flushed recording at which it still comes.</summary>
    public readonly int Tail = tail;
}
