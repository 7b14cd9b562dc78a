namespace EdgeSeq.Runtime.Program;

/// <summary>An output, new at each tick of its clock. Type is F32 or I64.</summary>
public sealed record OutputSpec
{
    public required string Name { get; init; }

    public required int Value { get; init; }

    public required int Clock { get; init; }

    public required int[] Shape { get; init; }

    public required ElementType Type { get; init; }

    /// <summary>"stream": element by element along time; "latest": no time axis, refreshed at each tick.</summary>
    public required string Kind { get; init; }

    /// <summary>Steps behind the end of a recording at which elements of it still come, where it is flushed; null: none.</summary>
    public int? Tail { get; init; }

    public string[]? Labels { get; init; }
}
