namespace EdgeSeq.Device.Sensors;

/// <summary>A sensor that cannot be opened: no answer, or not the chip that it should be.</summary>
public sealed class SensorException : Exception
{
    public SensorException(SampleStatus status, int errorNumber, string message, Exception? inner = null)
        : base(message, inner)
    {
        Status = status;
        ErrorNumber = errorNumber;
    }

    public SampleStatus Status { get; }

    /// <summary>The system's error number, 0 for none.</summary>
    public int ErrorNumber { get; }

    public static SensorException OtherChip(string expected, int identity) =>
        new(SampleStatus.Corrupt, 0, $"the chip says that it is 0x{identity:X2}, not {expected}");
}
