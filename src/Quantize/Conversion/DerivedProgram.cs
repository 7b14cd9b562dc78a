using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Steps.Passes;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>A step graph with what is known of the graph that it comes from.</summary>
/// <param name="Mode">"stream", "step" or "window".</param>
/// <param name="States">Pairs that go round through the graph.</param>
/// <param name="Reports">What each ONNX node became.</param>
internal sealed record DerivedProgram(string Mode, StepGraph Steps, Analysis Analysis, IReadOnlyList<StatePair> States,
    NodeReport[] Reports)
{
    public GrowingCaches? Caches { get; init; }

    /// <summary>Windows keep what they have in common.</summary>
    public bool KeepsWindows { get; init; }

    public bool TimeIsOfRecurrence { get; init; }

    public IReadOnlyList<ConstantWire> Constants { get; init; } = [];

    /// <summary>Pairs that the session keeps, whether they go round through the graph or were initial and final states of a
    /// sequence.</summary>
    public IReadOnlyList<StatePair> Kept { get; init; } = States;

    /// <summary>The simplified steps of a transform, which is run if it has not been.</summary>
    public static DerivedProgram Of(string mode, StreamTransform transform, List<StatePair> states)
    {
        var steps = transform.Steps ?? transform.Run(states);
        StepSimplification.Apply(steps);
        return new DerivedProgram(mode, steps, transform.Analysis, states, [.. transform.Reports])
        {
            Constants = transform.ConstantOutputs,
            TimeIsOfRecurrence = transform.TimeIsOfRecurrence,
        };
    }
}
