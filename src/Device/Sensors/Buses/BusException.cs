namespace EdgeSeq.Device.Sensors.Buses;

/// <summary>A failed transfer on a bus, for drivers that expect exceptions; HResult is the system's error number.</summary>
public sealed class BusException(int errorNumber) : IOException(ErrorNumbers.Describe(errorNumber), errorNumber);
