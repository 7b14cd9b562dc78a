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

    /// <summary>The converter's options as JSON, from which it can make the same program in another precision. Nothing on the device reads
    /// them.</summary>
    public string? Options { get; init; }
}
