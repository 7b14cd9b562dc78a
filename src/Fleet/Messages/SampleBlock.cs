namespace EdgeSeq.Fleet.Messages;

/// <summary>Samples of one stream in a row, as a message carries them.</summary>
public readonly ref struct SampleBlock
{
    /// <summary>The stream's name in UTF-8, 1 to 64 bytes.</summary>
    public required ReadOnlySpan<byte> Stream { get; init; }

    /// <summary>Number of the first sample in its stream; those after it follow without a gap.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the first sample was taken, in microseconds since 1970 (UTC).</summary>
    public long Time { get; init; }

    /// <summary>Microseconds from one sample to the next.</summary>
    public uint Interval { get; init; }

    /// <summary>Samples, 0 to 65,535; 0 is for a block that only resets.</summary>
    public required int Count { get; init; }

    /// <summary>The stream starts anew before these samples.</summary>
    public bool Resets { get; init; }

    /// <summary>The inputs of one step after another, each in the program's order: F32 as float, I64 as long, little-endian.</summary>
    public required ReadOnlySpan<byte> Values { get; init; }
}
