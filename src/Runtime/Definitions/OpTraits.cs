namespace EdgeSeq.Runtime.Definitions;

/// <summary>What a step op is, beyond its operands and attributes.</summary>
[Flags]
public enum OpTraits
{
    None = 0,

    /// <summary>The output's elements are elements of the first input, or of a state that keeps some of them.</summary>
    MovesElements = 1,

    /// <summary>The output may be the same value as an input.</summary>
    InPlace = 2,

    /// <summary>The output depends on which tick it is, though the op has no state.</summary>
    CountsTicks = 4,
}
