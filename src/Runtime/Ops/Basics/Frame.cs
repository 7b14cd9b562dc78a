using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>Where one session's memory is and which step it does; ops get their spans from it.</summary>
internal unsafe struct Frame
{
    public byte* State { get; init; }

    public byte* Arena { get; init; }

    /// <summary>Memory that an op may use within its step; all ops share it.</summary>
    public byte* Scratch { get; init; }

    /// <summary>Steps done before this one.</summary>
    public long Step { get; set; }

    /// <summary>Steps behind the end of the recording, this one included; 0 before it.</summary>
    public int Flushed { get; set; }

    /// <summary>Index of the tick of the current op's clock.</summary>
    public long Tick { get; set; }

    public readonly byte* Base(ValuePlace place) => place switch
    {
        ValuePlace.State => State,
        ValuePlace.Arena => Arena,
        _ => null,
    };
}
