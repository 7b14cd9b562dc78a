namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>How a loop takes the element of an iteration.</summary>
public enum ElementForm
{
    Gather,
    Slice,
    GatherND,

    /// <summary>A negative index would count from the end.</summary>
    Wrapped,
}
