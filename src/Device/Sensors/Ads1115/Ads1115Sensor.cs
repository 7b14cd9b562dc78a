using Iot.Device.Ads1115;

namespace EdgeSeq.Device.Sensors.Ads1115;

/// <summary>Texas Instruments ADS1115 by the driver of Iot.Device.Bindings, converting all the time. With several channels
/// each read switches the input and waits for two conversions.</summary>
internal static class Ads1115Sensor
{
    public const int DefaultAddress = 0x48;

    private const double FullScale = 32768;
    private const double FastestHz = 860;

    private static readonly InputMultiplexer[] Inputs = [InputMultiplexer.AIN0, InputMultiplexer.AIN1, InputMultiplexer.AIN2,
        InputMultiplexer.AIN3];

    private static readonly (double Hz, DataRate Rate)[] Rates =
    [
        (8, DataRate.SPS008), (16, DataRate.SPS016), (32, DataRate.SPS032), (64, DataRate.SPS064),
        (128, DataRate.SPS128), (250, DataRate.SPS250), (475, DataRate.SPS475), (FastestHz, DataRate.SPS860),
    ];

    private static readonly (double Volts, MeasuringRange Range)[] Ranges =
    [
        (6.144, MeasuringRange.FS6144), (4.096, MeasuringRange.FS4096), (2.048, MeasuringRange.FS2048),
        (1.024, MeasuringRange.FS1024), (0.512, MeasuringRange.FS0512), (0.256, MeasuringRange.FS0256),
    ];

    public static SensorDescription Description { get; } = new()
    {
        Bus = "i2c",
        Name = "ads1115",
        About = "Texas Instruments ADS1115: four voltages, 16 bits",
        Example = "i2c:ads1115@1",
        Channels = [new("a0", Quantity.Voltage), new("a1", Quantity.Voltage), new("a2", Quantity.Voltage), new("a3", Quantity.Voltage)],
        DefaultChannels = 1,
        Addresses = [DefaultAddress, 0x49, 0x4A, 0x4B],
        UsualHz = 128,
        MostHz = FastestHz,
        Options = ["range"],
        Open = Open,
    };

    private static BindingSensor Open(SensorSettings settings)
    {
        var volts = settings.Name.Options.Choice("range", 4.096, [.. Ranges.Select(range => range.Volts)]);
        var range = Array.Find(Ranges, range => range.Volts == volts).Range;
        return SensorPort.Start(settings, DefaultAddress, port =>
        {
            var inputs = settings.Channels.ToArray();
            var chip = new Iot.Device.Ads1115.Ads1115(port, Inputs[inputs[0]], range, Rate(settings.RateHz * inputs.Length));
            var scale = (float)(volts / FullScale);
            return new BindingSensor(chip, Description.Channels, sample =>
            {
                foreach (var input in inputs)
                    sample[input] = chip.ReadRaw(Inputs[input]) * scale;
            }, port);
        });
    }

    /// <summary>The slowest data rate with a new conversion for every read.</summary>
    private static DataRate Rate(double hz)
    {
        var index = Array.FindIndex(Rates, rate => rate.Hz >= hz);
        return Rates[index < 0 ? Rates.Length - 1 : index].Rate;
    }
}
