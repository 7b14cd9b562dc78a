namespace EdgeSeq.Quantize.Tests.Streaming;

public enum TripCountForm
{
    Absent,
    Length,
    LengthAndConditions,
}
