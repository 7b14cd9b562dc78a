namespace EdgeSeq.Runtime.Program;

/// <summary>An input of one step. Type is F32 or I64.</summary>
public sealed record InputSpec
{
    public required string Name { get; init; }

    public required int Value { get; init; }

    public required int[] Shape { get; init; }

    public required ElementType Type { get; init; }

    /// <summary>Names of the elements; with <see cref="Hop"/> also one name, of the signal.</summary>
    public string[]? Channels { get; init; }

    /// <summary>Physical units, one, or several joined by +, each for the channels of its quantity.</summary>
    public string? Unit { get; init; }

    /// <summary>The input is a frame of one signal, of which so many samples are new at each step: 1 to its length.</summary>
    public int? Hop { get; init; }
}
