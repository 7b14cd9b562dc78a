namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>One mark for several samples that become one step.</summary>
internal static class SampleMarks
{
    /// <summary>The first fault, the sum of what was missed, the time of the last.</summary>
    public static SampleMark Join(SampleMark before, SampleMark next) => next with
    {
        Status = before.IsOk ? next.Status : before.Status,
        ErrorNumber = before.IsOk ? next.ErrorNumber : before.ErrorNumber,
        Missed = before.Missed + next.Missed,
    };
}
