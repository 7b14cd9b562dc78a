using EdgeSeq.Device.Decisions;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.State;

/// <summary>The parts of a run that a snapshot keeps.</summary>
internal sealed class RunState
{
    public required Session Session { get; set; }

    /// <summary>The last inputs: a frame goes on with its older samples.</summary>
    public required StepInputs Inputs { get; init; }

    /// <summary>Hands over what the source keeps.</summary>
    public required Action<SpanAction> VisitSource { get; init; }

    public required DecisionEngine? Decisions { get; set; }

    /// <summary>The rule of the decisions; null for none.</summary>
    public required string? Rule { get; init; }

    /// <summary>Steps of the stream so far, over all its runs.</summary>
    public long Steps { get; set; }
}
