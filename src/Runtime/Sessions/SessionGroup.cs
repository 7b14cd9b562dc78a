using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Ops;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>Sessions of one model that step together, so that a pass over the weights serves many of them. Every member is a session
/// like any other: it has its own inputs, state, outputs and step counter, may be reset, saved, restored or stepped alone at any time,
/// and gets the bits that it would get alone. Not thread-safe; a step allocates nothing and takes no lock.</summary>
public sealed unsafe class SessionGroup : IDisposable
{
    private readonly Schedule _schedule;
    private readonly Session[] _members;
    private readonly int[] _round;
    private readonly Frame[] _frames = new Frame[GroupFrame.MaxMembers];
    private readonly NativeBlock _scratch;
    private readonly byte* _groupScratch;
    private bool _disposed;

    internal SessionGroup(Model model, int count)
    {
        _schedule = model.Schedule;
        _members = new Session[count];
        for (var i = 0; i < count; i++)
            _members[i] = model.CreateSession();
        _round = new int[count];
        var memberScratch = ((long)_schedule.ScratchBytes + ProgramSpec.Alignment - 1) / ProgramSpec.Alignment * ProgramSpec.Alignment;
        _scratch = new NativeBlock(memberScratch + _schedule.GroupScratchBytes);
        _groupScratch = _scratch.Pointer + memberScratch;
    }

    /// <summary>Number of members.</summary>
    public int Count => _members.Length;

    /// <summary>A member: fill its inputs before <see cref="Step()"/>, read its outputs after. The group disposes it.</summary>
    public Session this[int member] => _members[member];

    /// <summary>One step of every member with the content of its input spans.</summary>
    /// <returns>True when at least one member produced an output; its <see cref="Session.IsReady"/> says which.</returns>
    /// <exception cref="EdgeSeqException">ES0501 or ES0502 for a member that cannot step, as <see cref="Session.Step()"/> says; the
    /// message names it, and the state of all members is then as before.</exception>
    public bool Step()
    {
        for (var i = 0; i < _round.Length; i++)
            _round[i] = i;
        return StepRound(_round.Length);
    }

    /// <summary>One step of some members. The others stay as they are, their outputs included.</summary>
    /// <param name="chosen">For each member, whether it steps.</param>
    /// <returns>True when at least one of them produced an output.</returns>
    /// <exception cref="ArgumentException"><paramref name="chosen"/> has not one element for each member.</exception>
    /// <exception cref="EdgeSeqException">As <see cref="Step()"/>.</exception>
    public bool Step(ReadOnlySpan<bool> chosen)
    {
        if (chosen.Length != Count)
            throw new ArgumentException($"chosen has {chosen.Length} elements, the group has {Count} members", nameof(chosen));
        var count = 0;
        for (var i = 0; i < chosen.Length; i++)
        {
            if (chosen[i])
                _round[count++] = i;
        }

        return StepRound(count);
    }

    /// <summary>Disposes the members.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var member in _members)
            member.Dispose();
        _scratch.Dispose();
    }

    /// <summary>Steps the first <paramref name="count"/> members of the round.</summary>
    private bool StepRound(int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        for (var i = 0; i < count; i++)
            Check(_round[i]);
        var stepping = 0;
        for (var i = 0; i < count; i++)
        {
            if (_members[_round[i]].Begin())
                _round[stepping++] = _round[i];
        }

        for (var first = 0; first < stepping; first += GroupFrame.MaxMembers)
            RunOps(_round.AsSpan(first, Math.Min(GroupFrame.MaxMembers, stepping - first)));
        var ready = false;
        for (var i = 0; i < stepping; i++)
            ready |= _members[_round[i]].End();
        return ready;
    }

    private void Check(int member)
    {
        try
        {
            _members[member].Check();
        }
        catch (EdgeSeqException e)
        {
            throw new EdgeSeqException(e.Code, $"member {member} of the group: {e.Message}", e.Hint, e);
        }
    }

    private void RunOps(ReadOnlySpan<int> members)
    {
        var ops = _schedule.Ops;
        var clock = -1;
        var count = 0;
        for (var i = 0; i < ops.Length; i++)
        {
            if (_schedule.Clocks[i] != clock)
            {
                clock = _schedule.Clocks[i];
                count = TakeFrames(members, clock);
            }

            if (count == 1)
                ops[i].Step(_frames[0]);
            else if (count > 1)
                ops[i].StepMany(new GroupFrame(_frames.AsSpan(0, count), _groupScratch));
        }
    }

    /// <summary>Frames of the members for which this clock ticks; how many they are.</summary>
    private int TakeFrames(ReadOnlySpan<int> members, int clock)
    {
        var count = 0;
        foreach (var member in members)
        {
            if (_members[member].TryFrame(clock, _scratch.Pointer, out _frames[count]))
                count++;
        }

        return count;
    }
}
