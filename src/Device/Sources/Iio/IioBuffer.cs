using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sources.Iio;

/// <summary>A device that gathers scans, switched on as long as this exists.</summary>
internal sealed class IioBuffer : IDisposable
{
    private const string Enable = "buffer/enable";

    private readonly IioDevice _device;
    private readonly int _descriptor;

    private IioBuffer(IioDevice device, int descriptor, bool isMonotonic)
    {
        _device = device;
        _descriptor = descriptor;
        IsMonotonic = isMonotonic;
    }

    /// <summary>Whether scans carry the time of the monotonic clock.</summary>
    public bool IsMonotonic { get; }

    /// <summary>Chooses what a scan holds and switches the buffer on.</summary>
    /// <exception cref="SensorException">The kernel refuses.</exception>
    /// <exception cref="EdgeSeqException">ES0610 where the node cannot be opened.</exception>
    public static IioBuffer Open(IioDevice device, IReadOnlyList<IioChannel> channels, IioBufferSettings settings)
    {
        var attributes = device.Attributes;
        attributes.Write(Enable, 0);
        var wanted = channels.Select(channel => channel.Kernel).ToHashSet(StringComparer.Ordinal);
        foreach (var kernel in device.Channels.Where(channel => channel.Format is not null).Select(channel => channel.Kernel).Distinct())
            device.Elements.Write($"in_{kernel}_en", wanted.Contains(kernel) ? 1 : 0);
        if (device.TimestampElement is not null)
            device.Elements.Write("in_timestamp_en", 1);
        if (settings.Trigger is { } trigger)
            attributes.Write("trigger/current_trigger", trigger);
        attributes.Write("buffer/length", settings.Length);
        if (attributes.Has("buffer/watermark"))
            attributes.Write("buffer/watermark", settings.Watermark);
        var isMonotonic = SetClock(attributes);
        var descriptor = DeviceNode.OpenForReading(device.Node);
        try
        {
            attributes.Write(Enable, 1);
            return new IioBuffer(device, descriptor, isMonotonic);
        }
        catch
        {
            DeviceNode.Close(descriptor);
            throw;
        }
    }

    /// <summary>Reads what is there, waited for.</summary>
    /// <param name="error">The system's error number, 0 for none.</param>
    /// <returns>Bytes read; 0 with no error at the end of what is no device; -1 when nothing came in time or with an error.</returns>
    public int Read(Span<byte> bytes, int milliseconds, out int error) =>
        Posix.TryRead(_descriptor, bytes, milliseconds, out error);

    public void Dispose()
    {
        DeviceNode.Close(_descriptor);
        try
        {
            _device.Attributes.Write(Enable, 0);
        }
        catch (SensorException)
        {
            // The device is gone.
        }
    }

    private static bool SetClock(Attributes attributes)
    {
        const string Clock = "current_timestamp_clock";
        if (!attributes.Has(Clock))
            return false;
        try
        {
            attributes.Write(Clock, "monotonic");
        }
        catch (SensorException)
        {
            // Kernels before 4.15 have one clock.
        }

        return attributes.Text(Clock) == "monotonic";
    }
}
