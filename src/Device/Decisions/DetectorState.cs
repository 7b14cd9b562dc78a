namespace EdgeSeq.Device.Decisions;

/// <summary>What a detector carries from chunk to chunk: plain numbers, so that a snapshot is a copy of its bytes. Zeros are the start of a
/// stream. Positions are samples of the source without padding.</summary>
internal struct DetectorState
{
    /// <summary>First sample of the event that is open or might become one.</summary>
    public long Start;

    /// <summary>Where the open event ends if the score stays low.</summary>
    public long Mark;

    /// <summary>The start that was told last, padding included.</summary>
    public long LastStart;

    /// <summary>End of the last event.</summary>
    public long LastEnd;

    public float OpeningScore;
    public float Peak;
    public float LastPeak;

    public Flags Is;

    [Flags]
    internal enum Flags
    {
        None = 0,

        /// <summary>The score has reached the upper threshold; whether this becomes an event depends on its length.</summary>
        Open = 1,

        /// <summary>The open event was long enough, and its start was told.</summary>
        Told = 2,

        /// <summary>The score has fallen below the lower threshold: <see cref="Mark"/> holds.</summary>
        Falling = 4,

        /// <summary>There was an event: LastStart, LastEnd and LastPeak hold.</summary>
        HasLast = 8,

        /// <summary>The end of the last event was not told: it depends on how soon the next one starts.</summary>
        EndIsDue = 16,
    }
}
