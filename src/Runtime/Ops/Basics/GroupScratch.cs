namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>A part of a group's scratch memory that one op reserved when it was made: so many elements for each member.</summary>
internal readonly unsafe struct GroupScratch<T>(int offset, int memberLength)
    where T : unmanaged
{
    private readonly int _offset = offset;

    public int MemberLength { get; } = memberLength;

    /// <summary>[members, member length].</summary>
    public Span<T> Span(scoped in GroupFrame group) => new(group.Scratch + _offset, group.Members.Length * MemberLength);

    /// <summary>[member length].</summary>
    public Span<T> Span(scoped in GroupFrame group, int member) =>
        Span(group).Slice(member * MemberLength, MemberLength);
}
