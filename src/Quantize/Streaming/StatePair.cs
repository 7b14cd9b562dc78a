namespace EdgeSeq.Quantize.Streaming;

/// <summary>A state that the ONNX graph takes as an input and gives back, for the next step, as an output.</summary>
public sealed record StatePair(string Input, string Output)
{
    /// <summary>Why the two are believed to be one, in a few words.</summary>
    public string Evidence { get; init; } = "";

    /// <summary>The output that the graph shows to be the next value in the place of the one that the user gave; null where it does not
    /// speak against it.</summary>
    public string? ShownOutput { get; init; }

    /// <summary>It holds columns that move on; null: it is a state like any other.</summary>
    internal ColumnRing? Ring { get; init; }
}
