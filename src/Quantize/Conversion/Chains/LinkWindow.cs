using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>Windows of what comes over a link: window k is the elements from k · Hop on, in the order in which they came.</summary>
/// <param name="Length">Elements of a window.</param>
/// <param name="Hop">Elements from one window to the next, a multiple of <paramref name="Elements"/>.</param>
/// <param name="Outer">How much of an element stands in front of the window's axis.</param>
/// <param name="Elements">That come at a time.</param>
/// <param name="Axis">Of the input, along which the elements lie.</param>
internal sealed record LinkWindow(int Length, int Hop, int Outer, int Elements, int Axis)
{
    /// <summary>How often elements come until a window is whole.</summary>
    public int Ticks => (Length + Elements - 1) / Elements;

    /// <summary>Elements that came with the last ones and belong to the next window.</summary>
    public int Behind => Ticks * Elements - Length;

    /// <summary>When windows are whole.</summary>
    /// <param name="elements">When elements come.</param>
    public Clock Clock(Clock elements) =>
        new(elements.Rate * (Hop / Elements), elements.Offset + (Ticks - 1) * elements.Rate);
}
