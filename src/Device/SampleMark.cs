namespace EdgeSeq.Device;

/// <summary>What is known about a step's input besides its values.</summary>
/// <param name="Status">Ok, or why there are no values; the inputs then hold NaN.</param>
/// <param name="Timestamp">Nanoseconds of the monotonic clock when the sample was taken; 0 where the source has no clock.</param>
/// <param name="Missed">Samples that were lost just before this one.</param>
/// <param name="ErrorNumber">The system's error number, 0 for none.</param>
public readonly record struct SampleMark(SampleStatus Status, long Timestamp = 0, long Missed = 0, int ErrorNumber = 0)
{
    public bool IsOk => Status == SampleStatus.Ok;
}
