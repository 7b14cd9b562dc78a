namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>A part of the scratch memory that one op reserved when it was made.</summary>
internal readonly unsafe struct Scratch<T>(int offset, int length)
    where T : unmanaged
{
    private readonly int _offset = offset;

    public int Length { get; } = length;

    public Span<T> Span(scoped in Frame frame) => new(frame.Scratch + _offset, Length);
}
