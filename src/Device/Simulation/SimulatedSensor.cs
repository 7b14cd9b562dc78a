using System.Globalization;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Catalog;
using EdgeSeq.Device.Simulation.Chips;
using EdgeSeq.Device.Simulation.Faults;
using EdgeSeq.Device.Simulation.Motion;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Sources.Sampling;

namespace EdgeSeq.Device.Simulation;

/// <summary>The driver of a sensor of the catalog on a simulated chip: <c>sim:mpu6050:7,faults=1000</c>. The number after the colon is the
/// seed;
/// <c>faults=</c> says how many faults begin in a million transfers, and how many of a million sleeps end late, on a clock of its own
/// unless the run is paced; all options of the sensor hold as well.</summary>
internal static class SimulatedSensor
{
    private const string Board = "sensehat";
    private const string Faults = "faults";
    private const double Million = 1e6;

    /// <summary>Names after <c>sim:</c>.</summary>
    public static IEnumerable<string> Names =>
        SensorCatalog.All.Where(sensor => sensor.Addresses.Count > 0 || sensor.Bus == "spi").Select(NameOf);

    /// <summary>Null where the name is no sensor's.</summary>
    public static ISource? TryOpen(string text, string rest, SourceContext context)
    {
        var parts = rest.Split(',');
        var (name, seedText) = EndpointName.Parse(parts[0]);
        if (!Names.Contains(name))
            return null;
        var description = SensorCatalog.All.First(sensor => NameOf(sensor) == name);
        var options = new EndpointOptions(text, parts.Skip(1));
        var seed = 1UL;
        if (seedText.Length > 0 && !ulong.TryParse(seedText, NumberStyles.None, CultureInfo.InvariantCulture, out seed))
            throw options.Invalid($"the seed '{seedText}' is not a whole number");
        var perMillion = options.Number(Faults, 0, 0, Million);
        var buses = new SimulatedBuses(name, new MovingSurroundings(seed), perMillion > 0 ? new FaultSchedule(seed, perMillion) : null);
        var simulated = description with
        {
            Options = [.. description.Options, Faults],
            Open = settings => WithFaults(description.Open(settings), seed, perMillion),
        };
        var clock = perMillion > 0 && context.PaceHz is null ? new SimulatedClock(new SeededRandom(seed + 2), perMillion / Million) : null;
        return SensorSource.Open(text, simulated, new SensorName(name, 1, null, options), buses, context, isLive: false, clock);
    }

    private static ISensor WithFaults(ISensor sensor, ulong seed, double perMillion) =>
        perMillion > 0 ? new FaultySensor(sensor, new SeededRandom(seed + 1), perMillion / Million) : sensor;

    private static string NameOf(SensorDescription sensor) => sensor.Bus == Board ? Board : sensor.Name;
}
