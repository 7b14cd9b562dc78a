using Iot.Device.Bmxx80;
using Iot.Device.Bmxx80.PowerMode;

namespace EdgeSeq.Device.Sensors.Bme280;

/// <summary>Bosch BME280 by the driver of Iot.Device.Bindings, in normal mode: the chip measures by itself, reads do not wait. Its
/// <c>Read()</c> is left aside, as it allocates a result for each sample.</summary>
internal static class Bme280Sensor
{
    public const int DefaultAddress = 0x77;

    public static SensorDescription Description { get; } = new()
    {
        Bus = "i2c",
        Name = "bme280",
        About = "Bosch BME280: temperature, pressure, humidity",
        Example = "i2c:bme280@1",
        Channels = [new("temperature", Quantity.Temperature), new("pressure", Quantity.Pressure), new("humidity", Quantity.Humidity)],
        DefaultChannels = 3,
        Addresses = [DefaultAddress, 0x76],
        UsualHz = 1,
        MostHz = 45,
        Open = Open,
    };

    private static BindingSensor Open(SensorSettings settings) => SensorPort.Start(settings, DefaultAddress, port =>
    {
        var chip = new Iot.Device.Bmxx80.Bme280(port) { StandbyTime = Standby(settings.RateHz) };
        chip.SetPowerMode(Bmx280PowerMode.Normal);
        Thread.Sleep(chip.GetMeasurementDuration());
        return new BindingSensor(chip, Description.Channels, sample => Read(chip, sample));
    });

    private static void Read(Iot.Device.Bmxx80.Bme280 chip, Span<float> sample)
    {
        if (!chip.TryReadTemperature(out var temperature) || !chip.TryReadPressure(out var pressure)
            || !chip.TryReadHumidity(out var humidity))
        {
            throw new IOException("a measurement is switched off");
        }

        sample[0] = (float)temperature.DegreesCelsius;
        sample[1] = (float)pressure.Pascals;
        sample[2] = (float)humidity.Percent;
    }

    /// <summary>The longest rest between measurements with a new one for every read; a measurement takes 22 ms.</summary>
    private static StandbyTime Standby(double rateHz)
    {
        const double MeasurementMilliseconds = 22;
        var rest = 1000 / rateHz - MeasurementMilliseconds;
        return rest switch
        {
            >= 1000 => StandbyTime.Ms1000,
            >= 500 => StandbyTime.Ms500,
            >= 250 => StandbyTime.Ms250,
            >= 125 => StandbyTime.Ms125,
            >= 62.5 => StandbyTime.Ms62_5,
            >= 20 => StandbyTime.Ms20,
            >= 10 => StandbyTime.Ms10,
            _ => StandbyTime.Ms0_5,
        };
    }
}
