using System.Globalization;

namespace EdgeSeq.Device.Sensors.Buses;

/// <summary>Linux error numbers that buses and devices give, and what each means for a sensor.</summary>
internal static class ErrorNumbers
{
    public const int NoEntry = 2;
    public const int Io = 5;
    public const int NoSuchAddress = 6;
    public const int BadDescriptor = 9;
    public const int TryAgain = 11;
    public const int AccessDenied = 13;
    public const int NoDevice = 19;
    public const int TimedOut = 110;
    public const int RemoteIo = 121;

    public static SampleStatus StatusOf(int errorNumber) => errorNumber switch
    {
        0 => SampleStatus.Ok,
        TryAgain => SampleStatus.NotReady,
        RemoteIo or NoSuchAddress => SampleStatus.NoAnswer,
        TimedOut => SampleStatus.TimedOut,
        NoDevice or BadDescriptor or NoEntry => SampleStatus.Gone,
        _ => SampleStatus.BusError,
    };

    /// <summary>The error as users meet it elsewhere: <c>error 121 (remote I/O error)</c>.</summary>
    public static string Describe(int errorNumber)
    {
        var number = errorNumber.ToString(CultureInfo.InvariantCulture);
        return errorNumber switch
        {
            NoEntry => $"error {number} (no such file or directory)",
            Io => $"error {number} (input/output error)",
            NoSuchAddress => $"error {number} (no such device or address)",
            TryAgain => $"error {number} (resource busy)",
            AccessDenied => $"error {number} (permission denied)",
            NoDevice => $"error {number} (no such device)",
            TimedOut => $"error {number} (connection timed out)",
            RemoteIo => $"error {number} (remote I/O error)",
            _ => $"error {number}",
        };
    }
}
