using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>A verified value in the state or the arena that an op writes.</summary>
internal readonly unsafe struct Target<T>(LoadedValue value)
    where T : unmanaged
{
    private readonly ValuePlace _place = value.Place;
    private readonly nint _address = value.Address;

    public int Length { get; } = value.Length;

    /// <summary>False for an absent optional operand, whose span is empty.</summary>
    public bool Exists => Length > 0;

    public Span<T> Span(scoped in Frame frame) => new(frame.Base(_place) + _address, Length);
}
