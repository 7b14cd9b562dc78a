using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Ops;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>Sessions of one model that step together, so that a pass over the weights serves many of them. Every member is a session
/// like any other: it has its own inputs, state, outputs and step counter, may be reset, saved, restored or stepped alone at any time,
/// and gets the bits that it would get alone. For one thread at a time; a step allocates nothing and waits for no lock.</summary>
public sealed unsafe class SessionGroup : IDisposable
{
    private readonly Schedule _schedule;
    private readonly Session[] _members;
    private readonly int[] _chosen;
    private readonly int[] _round;
    private readonly Frame[] _frames = new Frame[GroupFrame.MaxMembers];
    private readonly NativeBlock _scratch;
    private readonly byte* _groupScratch;
    private readonly bool _isChunked;
    private UseGuard _guard;
    private bool _disposed;

    internal SessionGroup(Model model, int count)
    {
        _schedule = model.Schedule;
        _isChunked = model.CallSteps > 1;
        _members = new Session[count];
        for (var i = 0; i < count; i++)
            _members[i] = model.CreateSession();
        _chosen = new int[count];
        _round = new int[count];
        var memberScratch = ((long)_schedule.ScratchBytes + ProgramSpec.Alignment - 1) / ProgramSpec.Alignment * ProgramSpec.Alignment;
        _scratch = new NativeBlock(memberScratch + _schedule.GroupScratchBytes);
        _groupScratch = _scratch.Pointer + memberScratch;
    }

    /// <summary>Number of members.</summary>
    public int Count => _members.Length;

    /// <summary>A member: fill its inputs before <see cref="Step()"/>, read its outputs after. The group disposes it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public Session this[int member] => (uint)member < (uint)_members.Length ? _members[member]
        : throw new ArgumentOutOfRangeException(nameof(member), member, $"the group has members 0 to {_members.Length - 1}");

    /// <summary>One step of every member with the content of its input spans.</summary>
    /// <returns>Output when at least one member produced an output (its <see cref="Session.IsReady(int)"/> says which), Refused when every
    /// member was refused; <see cref="Session.LastStepRefused"/> says which of several.</returns>
    /// <exception cref="EdgeSeqException">ES0501 or ES0502 for a member that cannot step, as <see cref="Session.Step()"/> says (the
    /// message names it), ES0504 while another thread uses the group or a member; the state of all is then as before.</exception>
    public StepResult Step()
    {
        _guard.Enter();
        try
        {
            for (var i = 0; i < _chosen.Length; i++)
                _chosen[i] = i;
            return StepChosen(_chosen.Length);
        }
        finally
        {
            _guard.Leave();
        }
    }

    /// <summary>One step of some members. The others stay as they are, their outputs included.</summary>
    /// <param name="chosen">For each member, whether it steps.</param>
    /// <returns>As <see cref="Step()"/>, of those that are chosen.</returns>
    /// <exception cref="ArgumentException"><paramref name="chosen"/> has not one element for each member.</exception>
    /// <exception cref="EdgeSeqException">As <see cref="Step()"/>.</exception>
    public StepResult Step(ReadOnlySpan<bool> chosen)
    {
        if (chosen.Length != Count)
            throw new ArgumentException($"chosen has {chosen.Length} elements, the group has {Count} members", nameof(chosen));
        _guard.Enter();
        try
        {
            var count = 0;
            for (var i = 0; i < chosen.Length; i++)
            {
                if (chosen[i])
                    _chosen[count++] = i;
            }

            return StepChosen(count);
        }
        finally
        {
            _guard.Leave();
        }
    }

    /// <summary>Disposes the members.</summary>
    /// <exception cref="EdgeSeqException">ES0504 while another thread uses the group or a member.</exception>
    public void Dispose()
    {
        _guard.Enter();
        try
        {
            foreach (var member in _members)
                member.Dispose();
            _disposed = true;
            _scratch.Dispose();
        }
        finally
        {
            _guard.Leave();
        }
    }

    /// <summary>Steps the first <paramref name="count"/> chosen members.</summary>
    private StepResult StepChosen(int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var entered = 0;
        try
        {
            for (; entered < count; entered++)
                _members[_chosen[entered]].Enter();
            return StepEntered(count);
        }
        finally
        {
            for (var i = 0; i < entered; i++)
                _members[_chosen[i]].Leave();
        }
    }

    private StepResult StepEntered(int count)
    {
        for (var i = 0; i < count; i++)
            Check(_chosen[i]);
        if (_isChunked)
            return StepAlone(count);
        var stepping = 0;
        for (var i = 0; i < count; i++)
        {
            if (_members[_chosen[i]].Begin())
                _round[stepping++] = _chosen[i];
        }

        for (var first = 0; first < stepping; first += GroupFrame.MaxMembers)
            RunOps(_round.AsSpan(first, Math.Min(GroupFrame.MaxMembers, stepping - first)));
        var outcome = count > 0 ? StepOutcome.Refused : StepOutcome.NotYet;
        for (var i = 0; i < stepping; i++)
        {
            var ended = _members[_round[i]].End();
            if (ended == StepOutcome.Output || outcome == StepOutcome.Refused)
                outcome = ended;
        }

        return new StepResult(outcome);
    }

    /// <summary>Each member's steps of a call after those of another.</summary>
    private StepResult StepAlone(int count)
    {
        var outcome = count > 0 ? StepOutcome.Refused : StepOutcome.NotYet;
        for (var i = 0; i < count; i++)
        {
            var ended = _members[_chosen[i]].StepChunk();
            if (ended == StepOutcome.Output || outcome == StepOutcome.Refused)
                outcome = ended;
        }

        return new StepResult(outcome);
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
