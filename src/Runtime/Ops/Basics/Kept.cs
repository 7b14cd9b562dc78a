namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>Memory of one op in each session, in which it keeps what <see cref="StepOp.Undo"/> puts back.</summary>
internal readonly unsafe struct Kept<T>(int offset, int length)
    where T : unmanaged
{
    private readonly int _offset = offset;

    public Span<T> Span(scoped in Frame frame) => new(frame.Kept + _offset, length);
}
