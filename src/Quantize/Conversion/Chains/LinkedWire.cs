using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>What comes over a link at each tick.</summary>
/// <param name="Window">What was gathered; null: it comes as it comes.</param>
/// <param name="Stream">The sequence that it is, where nothing was gathered.</param>
internal sealed record LinkedWire(StepValue Value, Clock Clock, LinkWindow? Window, StepWire? Stream)
{
    /// <summary>When a window that has been gathered is whole, if <see cref="Clock"/> begins earlier.</summary>
    public Clock? Whole { get; init; }
}
