namespace EdgeSeq.Runtime.Program;

/// <summary>What a program was made from.</summary>
public sealed record Provenance
{
    public required string OnnxFile { get; init; }

    public required string OnnxSha256 { get; init; }

    public required string Converter { get; init; }

    /// <summary>"int8" or "f32".</summary>
    public required string Precision { get; init; }

    public string? Calibration { get; init; }
}
