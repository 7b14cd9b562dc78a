namespace EdgeSeq.Quantize.Conversion;

/// <summary>The parts and links of a chain, as they stand in its program: enough, with the models, to make it again.</summary>
internal sealed record RecordedChain
{
    /// <summary>Name, and file or block, of each part in order.</summary>
    public string[][] Parts { get; init; } = [];

    public string[] Links { get; init; } = [];

    /// <summary>Pairs of IN and OUT.</summary>
    public string[][] States { get; init; } = [];

    public string[] Outputs { get; init; } = [];
}
