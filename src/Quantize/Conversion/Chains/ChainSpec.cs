namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>Several models, and blocks between them, as one program.</summary>
/// <param name="Parts">In the order in which they run: a model's file, or a block's call.</param>
public sealed record ChainSpec(IReadOnlyList<ChainPart> Parts)
{
    /// <summary>The front end's features are the part of this name.</summary>
    public const string FrontEndName = "samples";

    public string? Name { get; init; }

    /// <summary>Null: the first part takes what comes.</summary>
    public string? FrontEnd { get; init; }

    /// <summary>Samples a step; null: 1.</summary>
    public int? Chunk { get; init; }

    /// <summary>Links as text; parts in a row without one are joined by their only ports.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>States that the graphs do not show.</summary>
    public IReadOnlyList<(string Input, string Output)> States { get; init; } = [];

    /// <summary>Parts, or ports of them, that the program gives out; empty: those of the last part.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    public string? Decide { get; init; }

    public double? RateHz { get; init; }
}
