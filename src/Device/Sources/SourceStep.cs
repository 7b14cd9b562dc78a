namespace EdgeSeq.Device.Sources;

/// <summary>What a source's Read gave.</summary>
public enum SourceStep
{
    /// <summary>The inputs hold the next step.</summary>
    Step,

    /// <summary>A recording of a set is over; more may follow.</summary>
    RecordingEnd,

    /// <summary>Nothing more comes.</summary>
    End,
}
