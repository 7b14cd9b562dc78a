namespace EdgeSeq.Runtime.Program;

/// <summary>What one ONNX node became.</summary>
public sealed record NodeReport
{
    public required string Name { get; init; }

    public required string OpType { get; init; }

    /// <summary>The step op or what happened instead, such as "folded".</summary>
    public required string Became { get; init; }

    /// <summary>"int8" or "f32" where the node multiplies by weights.</summary>
    public string? Precision { get; init; }

    /// <summary>Multiplications by weights per tick.</summary>
    public long? Macs { get; init; }

    public string? Note { get; init; }
}
