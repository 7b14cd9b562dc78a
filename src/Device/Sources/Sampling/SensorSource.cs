using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Sensors.Catalog;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>Opens sensors as sources: <c>i2c:mpu6050@1:0x68,range=4,rate=200</c>.</summary>
public static class SensorSource
{
    private const double MostHz = 1e6;

    /// <summary>A sensor of the user's own, sampled and guarded like those of the catalog; its channels are the program's input, in
    /// order.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="open">Opens the sensor; called again after lasting faults. It may throw a <see cref="SensorException"/> or what drivers
    /// throw.</param>
    /// <exception cref="EdgeSeqException">ES0303 where the channels do not fit the program's input, ES0611 where the sensor does not
    /// open.</exception>
    public static ISource Of(string name, Func<ISensor> open, SourceContext context)
    {
        var guarded = Guarded(open);
        var sensor = DeviceSource.Guarded(name, guarded);
        try
        {
            var options = new EndpointOptions(name, []);
            var own = new DeviceKind(sensor.Channels, sensor.Channels.Count, UsualHz: 1, MostHz, StuckAfter: 0);
            return Sampled(name, own, options, context, isLive: true, (_, _) => guarded, sensor);
        }
        catch
        {
            sensor.Dispose();
            throw;
        }
    }

    /// <param name="text">The whole source string.</param>
    /// <exception cref="EdgeSeqException">ES0303, ES0702, ES0704 for a string that does not fit; ES0610, ES0611 for the bus and the
    /// chip.</exception>
    internal static ISource Open(string text, SourceContext context)
    {
        var (bus, rest) = EndpointName.Parse(text);
        var name = bus switch
        {
            "i2c" => SensorName.Parse(text, rest, ':'),
            "spi" => SensorName.Parse(text, rest, '.'),
            _ => SensorName.ParsePlain(text, rest),
        };
        return Open(text, SensorCatalog.Find(bus, name.Name), name, LinuxBuses.Instance, context, isLive: true);
    }

    /// <param name="buses">The machine's buses, or simulated ones.</param>
    /// <param name="isLive">Whether samples come at their own time; others are read as fast as the program runs unless the user sets a
    /// rate.</param>
    /// <param name="clock">Paces samples that are not live; null for as fast as the program runs.</param>
    internal static ISource Open(
        string text, SensorDescription description, SensorName name, IBuses buses, SourceContext context, bool isLive, IClock? clock = null)
    {
        name.Options.RequireKnown([.. DeviceSource.Options, .. description.Options]);
        var kind = new DeviceKind(description.Channels, description.DefaultChannels, description.UsualHz, description.MostHz,
            description.StuckAfter);
        return Sampled(text, kind, name.Options, context, isLive, (rateHz, channels) =>
        {
            var settings = new SensorSettings(name, buses, rateHz, channels);
            return () => description.Open(settings);
        }, clock: clock);
    }

    /// <param name="opener">Gives what opens the sensor for a rate and the channels that are wanted.</param>
    /// <param name="opened">The sensor, where it is open already.</param>
    private static ISource Sampled(string text, DeviceKind kind, EndpointOptions options, SourceContext context, bool isLive,
        Func<double, IReadOnlyList<int>, Func<ISensor>> opener, ISensor? opened = null, IClock? clock = null) =>
        DeviceSource.Open(text, kind, options, context, isLive, (selection, settings) =>
        {
            var open = opener(settings.RateHz, selection.Indexes);
            return new SensorSampler(open, opened ?? DeviceSource.Guarded(text, open), selection, settings);
        }, clock);

    private static Func<ISensor> Guarded(Func<ISensor> open) => () =>
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw new SensorException(SampleStatus.BusError, 0, e.Message, e);
        }
    };
}
