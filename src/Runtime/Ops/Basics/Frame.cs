using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>Where one session's memory is and which step it does; ops get their spans from it.</summary>
internal unsafe struct Frame
{
    public byte* State { get; init; }

    public byte* Arena { get; set; }

    /// <summary>Memory that an op may use within its step; all ops share it.</summary>
    public byte* Scratch { get; init; }

    /// <summary>What ops keep of their own for <see cref="StepOp.Undo"/>.</summary>
    public byte* Kept { get; init; }

    /// <summary>Set to 1 where a step must be undone.</summary>
    public byte* Fault { get; init; }

    /// <summary>Steps done before this one.</summary>
    public long Step { get; set; }

    /// <summary>Steps behind the end of the recording, this one included; 0 before it.</summary>
    public int Flushed { get; set; }

    /// <summary>Index of the tick of the current op's clock.</summary>
    public long Tick { get; set; }

    /// <summary>To be asked before an element is written into a part of a state that no <see cref="StateWrite"/> names, such as a ring:
    /// false where it may not be, and the step will then be undone.</summary>
    public readonly bool MayKeep(ReadOnlySpan<float> element, StateCheck check)
    {
        if (check.IsGood(element))
            return true;
        *Fault = 1;
        return false;
    }

    public readonly byte* Base(ValuePlace place) => place switch
    {
        ValuePlace.State => State,
        ValuePlace.Arena => Arena,
        _ => null,
    };
}
