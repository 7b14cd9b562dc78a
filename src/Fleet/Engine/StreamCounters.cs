namespace EdgeSeq.Fleet.Engine;

/// <summary>What became of a stream's samples since it began. Each sample that came is one of stepped, held, refused, late,
/// duplicate.</summary>
[GenerateSerializer, Alias("edgeseq.counters")]
public struct StreamCounters : IEquatable<StreamCounters>
{
    /// <summary>Steps done with the sample itself.</summary>
    [Id(0)]
    public long Stepped { get; set; }

    /// <summary>Samples with a NaN or infinity, for which the last good one was used again.</summary>
    [Id(1)]
    public long Held { get; set; }

    /// <summary>Samples that were left out: not finite with nothing to hold, an id outside its table, past the model's last position, or
    /// of a stream that has stopped.</summary>
    [Id(2)]
    public long Refused { get; set; }

    /// <summary>Samples that came after a later one.</summary>
    [Id(3)]
    public long Late { get; set; }

    /// <summary>Samples that came before.</summary>
    [Id(4)]
    public long Duplicate { get; set; }

    /// <summary>Sequence numbers that were left out when a later one came; those that came late after all are among them.</summary>
    [Id(5)]
    public long Missing { get; set; }

    /// <summary>Starts of the state anew because of a fault.</summary>
    [Id(6)]
    public long Resets { get; set; }

    /// <summary>Outputs that were given.</summary>
    [Id(7)]
    public long Outputs { get; set; }

    /// <summary>Starts and ends of events.</summary>
    [Id(8)]
    public long Events { get; set; }

    /// <summary>All that went wrong.</summary>
    public readonly long Faults => Held + Refused + Late + Duplicate + Missing;

    public static bool operator ==(StreamCounters left, StreamCounters right) => left.Equals(right);

    public static bool operator !=(StreamCounters left, StreamCounters right) => !left.Equals(right);

    public void Add(in StreamCounters other)
    {
        Stepped += other.Stepped;
        Held += other.Held;
        Refused += other.Refused;
        Late += other.Late;
        Duplicate += other.Duplicate;
        Missing += other.Missing;
        Resets += other.Resets;
        Outputs += other.Outputs;
        Events += other.Events;
    }

    /// <summary>What was added since then.</summary>
    public readonly StreamCounters Since(in StreamCounters before) => new()
    {
        Stepped = Stepped - before.Stepped,
        Held = Held - before.Held,
        Refused = Refused - before.Refused,
        Late = Late - before.Late,
        Duplicate = Duplicate - before.Duplicate,
        Missing = Missing - before.Missing,
        Resets = Resets - before.Resets,
        Outputs = Outputs - before.Outputs,
        Events = Events - before.Events,
    };

    public readonly bool Equals(StreamCounters other) => Stepped == other.Stepped && Held == other.Held && Refused == other.Refused
        && Late == other.Late && Duplicate == other.Duplicate && Missing == other.Missing && Resets == other.Resets
        && Outputs == other.Outputs && Events == other.Events;

    public override readonly bool Equals(object? obj) => obj is StreamCounters other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Stepped, Held, Refused, Late, Duplicate, Missing, Outputs);
}
