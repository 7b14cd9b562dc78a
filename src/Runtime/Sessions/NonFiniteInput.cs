namespace EdgeSeq.Runtime.Sessions;

/// <summary>What a session does with a NaN or an infinity in an input.</summary>
public enum NonFiniteInput
{
    /// <summary>The step is refused: the state stays as it is.</summary>
    Refuse,

    /// <summary>The last good inputs are used again; before any good input the step is refused.</summary>
    Hold,
}
