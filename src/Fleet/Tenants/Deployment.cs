using System.IO.Hashing;
using System.Text;
using EdgeSeq.Device.Run;
using EdgeSeq.Fleet.Engine;

namespace EdgeSeq.Fleet.Tenants;

/// <summary>Streams that are treated alike: the program that they run, and another that some of them try.</summary>
[GenerateSerializer, Immutable, Alias("edgeseq.deployment")]
public sealed record Deployment
{
    /// <summary>Streams a shard has on average: so few that hardly ever one has more than 256 by chance.</summary>
    public const int StreamsPerShard = 192;

    private const int ShareSteps = 10_000;
    private const int ShareSeed = 1;

    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Content hash of the program.</summary>
    [Id(1)]
    public required string Program { get; init; }

    /// <summary>Content hash of the program that a share of the streams tries; null for none.</summary>
    [Id(2)]
    public string? Candidate { get; init; }

    /// <summary>Share of the streams that run the candidate, 0 to 1.</summary>
    [Id(3)]
    public double Share { get; init; }

    /// <summary>The program before this one; null for none.</summary>
    [Id(4)]
    public string? Previous { get; init; }

    /// <summary>Number of shards; it never changes.</summary>
    [Id(5)]
    public required int Shards { get; init; }

    [Id(6)]
    public FaultPolicy OnFault { get; init; } = FaultPolicy.Hold;

    /// <summary>The rule of events; null for the program's own.</summary>
    [Id(7)]
    public string? Decide { get; init; }

    /// <summary>Streams that stay with a program whatever is rolled out.</summary>
    [Id(8)]
    public Dictionary<string, string> Pins { get; init; } = [];

    /// <summary>The programs that streams run now.</summary>
    public IEnumerable<string> Programs => Pins.Values.Append(Program).Concat(Candidate is null ? [] : [Candidate]).Distinct();

    /// <summary>Shards for a number of streams.</summary>
    public static int ShardsFor(int streams) => Math.Max(1, (streams + StreamsPerShard - 1) / StreamsPerShard);

    /// <summary>The program of a stream: whether it is among those that try the candidate follows from its name.</summary>
    public string ProgramOf(ReadOnlySpan<byte> stream)
    {
        if (Pins.Count > 0 && Pins.TryGetValue(Encoding.UTF8.GetString(stream), out var pinned))
            return pinned;
        return Candidate is not null && XxHash32.HashToUInt32(stream, ShareSeed) % ShareSteps < Share * ShareSteps ? Candidate : Program;
    }

    public ShardSettings Settings() => new() { OnFault = OnFault, Decide = Decide };
}
