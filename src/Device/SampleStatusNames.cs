namespace EdgeSeq.Device;

/// <summary>Statuses as outputs and reports spell them.</summary>
public static class SampleStatusNames
{
    private static readonly string[] Names =
    [
        "ok", "not_ready", "no_answer", "timed_out", "gone", "bus_error", "short_read", "corrupt", "not_finite", "stuck",
    ];

    /// <summary>In snake_case.</summary>
    public static string NameOf(SampleStatus status) => Names[(int)status];

    /// <summary>In words, for messages.</summary>
    public static string WordsOf(SampleStatus status) => status switch
    {
        SampleStatus.NotReady => "no new measurement in time",
        SampleStatus.NoAnswer => "no chip answers",
        SampleStatus.TimedOut => "the bus timed out",
        SampleStatus.Gone => "the device is gone",
        SampleStatus.BusError => "the bus fails",
        SampleStatus.ShortRead => "the answer is too short",
        SampleStatus.Corrupt => "the answer is no measurement",
        SampleStatus.NotFinite => "a value is NaN or infinite",
        SampleStatus.Stuck => "the values no longer change",
        _ => "ok",
    };
}
