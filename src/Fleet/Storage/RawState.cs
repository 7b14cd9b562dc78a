namespace EdgeSeq.Fleet.Storage;

/// <summary>State of a grain that is bytes already: a snapshot, a program.</summary>
[GenerateSerializer, Alias("edgeseq.raw")]
public sealed class RawState
{
    [Id(0)]
    public byte[] Bytes { get; set; } = [];
}
