namespace EdgeSeq.Runtime.Program;

/// <summary>One tensor that ops read or write; it has product(Shape) elements.</summary>
public sealed record ValueSpec
{
    public required string Name { get; init; }

    public required ElementType Type { get; init; }

    public required int[] Shape { get; init; }

    public required ValuePlace Place { get; init; }

    /// <summary>Bytes into the state block or the arena, a multiple of 64. Unused for constants.</summary>
    public long Offset { get; init; }

    /// <summary>Constants: the tensor of the file that holds the data.</summary>
    public string? Tensor { get; init; }

    /// <summary>State: the tensor with the content after a reset; null for zeros.</summary>
    public string? Initial { get; init; }
}
