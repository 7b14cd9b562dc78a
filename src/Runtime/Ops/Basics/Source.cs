using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>A verified value that an op reads.</summary>
internal readonly unsafe struct Source<T>(LoadedValue value)
    where T : unmanaged
{
    private readonly ValuePlace _place = value.Place;
    private readonly nint _address = value.Address;

    public int Length { get; } = value.Length;

    /// <summary>False for an absent optional operand, whose span is empty.</summary>
    public bool Exists => Length > 0;

    /// <summary>The same memory for every session; true for an absent operand too.</summary>
    public bool IsConstant => _place == ValuePlace.Constant;

    public ReadOnlySpan<T> Span(scoped in Frame frame) => new(frame.Base(_place) + _address, Length);
}
