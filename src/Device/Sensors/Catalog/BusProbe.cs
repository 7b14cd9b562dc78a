using System.Globalization;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Sensors.OneWire;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sensors.Catalog;

/// <summary>Looks at the buses of this machine. On I2C one byte is read at each address that a sensor of the catalog can have, and at no
/// other; SPI has no addresses, so its nodes are listed only.</summary>
public static class BusProbe
{
    private const string Devices = "/dev";
    private const string I2cPrefix = "i2c-";
    private const string SpiPrefix = "spidev";

    public static IReadOnlyList<BusFinding> Run() => [.. I2cBuses(), .. SpiNodes(), .. OneWireBuses()];

    /// <summary>What answers on a bus, as source strings.</summary>
    public static IReadOnlyList<string> Answers(IBuses buses, int bus)
    {
        var answers = new List<string>();
        Span<byte> anything = stackalloc byte[1];
        foreach (var address in SensorCatalog.All.Where(sensor => sensor.Bus != "spi").SelectMany(sensor => sensor.Addresses).Distinct()
            .Order())
        {
            using var port = buses.OpenI2c(bus, address);
            if (port.TryTransfer([], anything) == 0)
            {
                answers.AddRange(SensorCatalog.All.Where(sensor => sensor.Addresses.Contains(address))
                    .Select(sensor => Source(sensor, bus, address)));
            }
        }

        return answers;
    }

    private static IEnumerable<BusFinding> I2cBuses()
    {
        foreach (var node in Nodes(I2cPrefix))
        {
            if (int.TryParse(Path.GetFileName(node).AsSpan(I2cPrefix.Length), CultureInfo.InvariantCulture, out var bus))
                yield return Look(node, bus);
        }
    }

    private static BusFinding Look(string node, int bus)
    {
        try
        {
            return new BusFinding("i2c", node, Answers(LinuxBuses.Instance, bus));
        }
        catch (EdgeSeqException e)
        {
            return new BusFinding("i2c", node, [], e.Message);
        }
    }

    private static IEnumerable<BusFinding> SpiNodes() => Nodes(SpiPrefix).Select(node => new BusFinding("spi", node, []));

    private static IEnumerable<BusFinding> OneWireBuses() =>
        Directory.Exists(OneWireBus.Folder)
        ? [new BusFinding("w1", OneWireBus.Folder, [.. OneWireBus.Thermometers().Select(identity => $"w1:{identity}")])] : [];

    private static IEnumerable<string> Nodes(string prefix) =>
        Directory.Exists(Devices) ? Directory.EnumerateFileSystemEntries(Devices, prefix + "*").Order(StringComparer.Ordinal) : [];

    private static string Source(SensorDescription sensor, int bus, int address) =>
        sensor.Bus == "i2c" ? $"i2c:{sensor.Name}@{bus}:0x{address:x2}" : $"{sensor.Bus}:{bus}";
}
