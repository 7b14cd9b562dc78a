namespace EdgeSeq.Quantize.Tests.Streaming;

public enum TripCountForm
{
    Absent,
    Length,
    LengthAndConditions,

    /// <summary>As long as the counter is another number than the length.</summary>
    Unequal,
}
