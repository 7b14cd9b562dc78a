namespace EdgeSeq.Device.Decisions;

/// <summary>The start or the end of an event.</summary>
public readonly record struct DecisionEvent
{
    /// <summary>Index in <see cref="DecisionEngine.EventNames"/>.</summary>
    public required int Name { get; init; }

    public required bool IsStart { get; init; }

    /// <summary>Recording of a set, 0 for one stream.</summary>
    public required long Recording { get; init; }

    /// <summary>First sample of the event in the source, counted from 0, padding included.</summary>
    public required long StartSample { get; init; }

    /// <summary>The sample after the event's last, padding included; of an end only.</summary>
    public long EndSample { get; init; }

    /// <summary>Of a start the score that opened the event, of an end the highest.</summary>
    public required float Score { get; init; }
}
