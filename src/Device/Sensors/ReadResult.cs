using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Device.Sensors;

/// <summary>What came of a read.</summary>
/// <param name="Status">Whether there is a sample, and if not, why.</param>
/// <param name="Timestamp">Nanoseconds of the monotonic clock when the sample was taken.</param>
/// <param name="ErrorNumber">The system's error number where it gave one, else 0.</param>
public readonly record struct ReadResult(SampleStatus Status, long Timestamp, int ErrorNumber = 0)
{
    public bool IsOk => Status == SampleStatus.Ok;

    /// <summary>The result of a bus transfer: 0 is success.</summary>
    public static ReadResult Of(int errorNumber, long timestamp) => new(ErrorNumbers.StatusOf(errorNumber), timestamp, errorNumber);
}
