namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>Windows of what comes over a link: window k is the elements from k · Hop on, in the order in which they came.</summary>
/// <param name="Length">Elements of a window.</param>
/// <param name="Hop">Elements from one window to the next.</param>
/// <param name="Outer">How much of an element stands in front of the window's axis.</param>
/// <param name="Elements">That come at a time.</param>
internal sealed record LinkWindow(int Length, int Hop, int Outer, int Elements);
