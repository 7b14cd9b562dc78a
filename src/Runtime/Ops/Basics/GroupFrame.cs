namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>Sessions of one model that do a step together.</summary>
internal readonly unsafe ref struct GroupFrame(ReadOnlySpan<Frame> members, byte* scratch)
{
    /// <summary>Most members of one frame. A compromise: the weights are read once for so many sessions, and what lies between
    /// a product and its gates stays in the caches.</summary>
    public const int MaxMembers = 16;

    /// <summary>1 to <see cref="MaxMembers"/> frames; each session may be at another step. They share one scratch memory, which
    /// serves one member at a time.</summary>
    public readonly ReadOnlySpan<Frame> Members = members;

    /// <summary>Memory for all members together that an op may use within its step; all ops share it.</summary>
    public readonly byte* Scratch = scratch;

    /// <summary>A group of one of them.</summary>
    public GroupFrame One(int member) => new(Members.Slice(member, 1), Scratch);
}
