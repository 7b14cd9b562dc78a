namespace EdgeSeq.Runtime.Sessions;

/// <summary>What a step did.</summary>
public enum StepOutcome
{
    /// <summary>The input was taken; no output is due at this step (delay, rate, a window that must fill first).</summary>
    NotYet,

    /// <summary>The input was taken and at least one output is new.</summary>
    Output,

    /// <summary>The input held a NaN or an infinity, or the step would have left one in the state, which is as before.</summary>
    Refused,

    /// <summary>A flush: everything has been given that belongs to the recording.</summary>
    Ended,
}
