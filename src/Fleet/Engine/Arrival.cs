namespace EdgeSeq.Fleet.Engine;

/// <summary>How a sample's sequence number relates to those before it.</summary>
internal enum Arrival
{
    /// <summary>It is the next one, or one further on: it is stepped.</summary>
    InOrder,

    /// <summary>One after it was stepped already, and it was missing: time has passed it by.</summary>
    Late,

    /// <summary>It came before.</summary>
    Duplicate,
}
