namespace EdgeSeq.Runtime.Program;

/// <summary>An input of one step. Type is F32 or I64.</summary>
public sealed record InputSpec
{
    public required string Name { get; init; }

    public required int Value { get; init; }

    public required int[] Shape { get; init; }

    public required ElementType Type { get; init; }

    public string[]? Channels { get; init; }

    public string? Unit { get; init; }
}
