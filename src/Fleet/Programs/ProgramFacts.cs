namespace EdgeSeq.Fleet.Programs;

/// <summary>What is known of a program without loading it.</summary>
/// <param name="Hash">SHA-256 of the file.</param>
/// <param name="Name">The model's name.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="SessionBytes">Memory of a stream.</param>
/// <param name="SampleBytes">Bytes of the inputs of one step.</param>
/// <param name="RateHz">Steps a second that it was made for, where known.</param>
/// <param name="Decide">Its own rule of events, where it has one.</param>
[GenerateSerializer, Immutable, Alias("edgeseq.program-facts")]
public sealed record ProgramFacts(
    [property: Id(0)] string Hash,
    [property: Id(1)] string Name,
    [property: Id(2)] long Bytes,
    [property: Id(3)] long SessionBytes,
    [property: Id(4)] int SampleBytes,
    [property: Id(5)] PortFacts[] Inputs,
    [property: Id(6)] PortFacts[] Outputs,
    [property: Id(7)] double? RateHz,
    [property: Id(8)] string? Decide)
{
    /// <summary>It may not be removed.</summary>
    [Id(9)]
    public bool IsPinned { get; init; }

    [Id(10)]
    public DateTimeOffset Uploaded { get; init; }
}

/// <summary>An input or output of a program.</summary>
/// <param name="Length">Values of a step.</param>
/// <param name="Type">F32 or I64.</param>
/// <param name="Labels">Names of the values, where known.</param>
[GenerateSerializer, Immutable, Alias("edgeseq.port-facts")]
public sealed record PortFacts(
    [property: Id(0)] string Name, [property: Id(1)] int Length, [property: Id(2)] string Type, [property: Id(3)] string[]? Labels);
