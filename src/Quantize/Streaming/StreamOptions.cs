namespace EdgeSeq.Quantize.Streaming;

/// <summary>What to do at positions past the end of a position table or of a bounded context.</summary>
public enum PositionPolicy
{
    /// <summary>The session refuses further steps.</summary>
    Error,

    /// <summary>The last position is used again and again.</summary>
    Clamp,

    /// <summary>Positions start over.</summary>
    Wrap,
}

/// <summary>The choices that the streaming transform needs.</summary>
/// <param name="Positions">Past the end of position tables.</param>
/// <param name="MaxContext">Keys and values that attention keeps, the oldest forgotten first; null: all, up to
/// <see cref="DefaultContext"/>.</param>
internal sealed record StreamOptions(PositionPolicy Positions = PositionPolicy.Error, int? MaxContext = null)
{
    /// <summary>Context of attention that neither the model nor the user bounds; the session ends there.</summary>
    public const int DefaultContext = 1024;

    /// <summary>Steps for each element of the inputs; all parts of a program have the same.</summary>
    public InputRate InputRate { get; init; } = new();

    /// <summary>Elements of the inputs that a session takes in one call: outputs are delayed until a call gives as many as any
    /// other.</summary>
    public int Chunk { get; init; } = 1;

    /// <summary>Whether a recording may be flushed: what is padded at the end is then known to the steps.</summary>
    public bool KeepsEnd { get; init; }
}
