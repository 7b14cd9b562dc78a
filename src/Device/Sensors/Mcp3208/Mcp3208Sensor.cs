using System.Device.Spi;

namespace EdgeSeq.Device.Sensors.Mcp3208;

/// <summary>Microchip MCP3208 by the driver of Iot.Device.Bindings: eight voltages against the reference pin, 12 bits, a transfer
/// each.</summary>
internal static class Mcp3208Sensor
{
    /// <summary>The chip's limit at 2.7 V (data sheet DS21298, table 1-1); at 5 V it is 2 MHz.</summary>
    private const int ClockHz = 1_000_000;

    private const double FullScale = 4096;

    public static SensorDescription Description { get; } = new()
    {
        Bus = "spi",
        Name = "mcp3208",
        About = "Microchip MCP3208: eight voltages, 12 bits",
        Example = "spi:mcp3208@0.0",
        Channels = [.. Enumerable.Range(0, 8).Select(input => new Channel($"ch{input}", Quantity.Voltage))],
        DefaultChannels = 1,
        UsualHz = 1000,
        MostHz = 10_000,
        Options = ["reference"],
        Open = Open,
    };

    private static BindingSensor Open(SensorSettings settings)
    {
        var scale = (float)(settings.Name.Options.Number("reference", 3.3, 0.25, 5.5) / FullScale);
        var inputs = settings.Channels.ToArray();
        var port = settings.Buses.OpenSpi(new SpiConnectionSettings(settings.Name.Bus, settings.Name.Place
            ?? 0)
        { ClockFrequency = ClockHz });
        return SensorPort.Start(port, spi =>
        {
            var chip = new Iot.Device.Adc.Mcp3208(spi);
            // The only sign of a chip on SPI: the null bit before the value.
            _ = chip.Read(inputs[0]);
            return new BindingSensor(chip, Description.Channels, sample =>
            {
                foreach (var input in inputs)
                    sample[input] = chip.Read(input) * scale;
            });
        });
    }
}
