namespace EdgeSeq.Runtime.Sessions;

/// <summary>What a step did. As a <see langword="bool"/> it says whether an output is there:
/// <c>bool ready = session.Step(sample, scores);</c>.</summary>
public readonly record struct StepResult(StepOutcome Outcome)
{
    public bool HasOutput => Outcome == StepOutcome.Output;

    /// <summary>Nothing is left to flush.</summary>
    public bool IsEnded => Outcome == StepOutcome.Ended;

    public bool IsRefused => Outcome == StepOutcome.Refused;

    public static implicit operator bool(StepResult result) => result.HasOutput;

    /// <summary>The same as <see cref="HasOutput"/>, for languages without implicit conversions.</summary>
    public bool ToBoolean() => HasOutput;
}
