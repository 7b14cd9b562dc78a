using EdgeSeq.Device.Sensors.Lsm9ds1;
using Iot.Device.Hts221;
using Iot.Device.Lps25h;

namespace EdgeSeq.Device.Sensors.SenseHat;

/// <summary>The sensors of a Raspberry Pi Sense HAT (the first version): LSM9DS1 by the driver of this folder's neighbour; HTS221 and
/// LPS25H, which are opened where their channels are wanted, by the drivers of Iot.Device.Bindings. Its <c>SenseHat</c> class would open
/// display and joystick too.</summary>
internal sealed class SenseHatSensor : ISensor
{
    private const int HumidityAddress = 0x5F;
    private const int PressureAddress = 0x5C;
    private const int MotionChannels = 9;
    private const int TemperatureAt = MotionChannels;
    private const int HumidityAt = MotionChannels + 1;
    private const int PressureAt = MotionChannels + 2;

    private readonly Lsm9ds1Sensor _motion;
    private readonly BindingSensor? _humidity;
    private readonly BindingSensor? _pressure;

    private SenseHatSensor(Lsm9ds1Sensor motion, BindingSensor? humidity, BindingSensor? pressure)
    {
        _motion = motion;
        _humidity = humidity;
        _pressure = pressure;
    }

    public static SensorDescription Description { get; } = new()
    {
        Bus = "sensehat",
        Name = "",
        About = "Raspberry Pi Sense HAT: accelerometer, gyroscope, magnetometer, temperature, humidity, pressure",
        Example = "sensehat:",
        Channels =
        [
            .. Lsm9ds1Sensor.Description.Channels, new("temperature", Quantity.Temperature), new("humidity", Quantity.Humidity),
            new("pressure", Quantity.Pressure),
        ],
        DefaultChannels = 6,
        Addresses = [Lsm9ds1Sensor.SecondAddress],
        UsualHz = 50,
        MostHz = 952,
        StuckAfter = 50,
        Options = ["range", "gyro_range"],
        Open = Open,
    };

    public IReadOnlyList<Channel> Channels => Description.Channels;

    public ReadResult TryRead(Span<float> sample)
    {
        var result = _motion.TryRead(sample);
        if (result.IsOk && _humidity is not null)
            result = _humidity.TryRead(sample[TemperatureAt..]) with { Timestamp = result.Timestamp };
        if (result.IsOk && _pressure is not null)
            result = _pressure.TryRead(sample[PressureAt..]) with { Timestamp = result.Timestamp };
        return result;
    }

    public void Dispose()
    {
        _motion.Dispose();
        _humidity?.Dispose();
        _pressure?.Dispose();
    }

    private static SenseHatSensor Open(SensorSettings settings)
    {
        var board = settings with { Name = settings.Name with { Place = Lsm9ds1Sensor.SecondAddress } };
        var opened = new Stack<IDisposable>();
        try
        {
            var motion = Keep(opened, Lsm9ds1Sensor.Open(board));
            var humidity = settings.Channels.Any(channel => channel is TemperatureAt or HumidityAt) ? Keep(opened, OpenHumidity(board))
                : null;
            var pressure = settings.Channels.Contains(PressureAt) ? Keep(opened, OpenPressure(board)) : null;
            return new SenseHatSensor(motion, humidity, pressure);
        }
        catch
        {
            while (opened.TryPop(out var sensor))
                sensor.Dispose();
            throw;
        }
    }

    private static T Keep<T>(Stack<IDisposable> opened, T sensor)
        where T : IDisposable
    {
        opened.Push(sensor);
        return sensor;
    }

    private static BindingSensor OpenHumidity(SensorSettings settings) =>
        SensorPort.Start(settings.Buses.OpenI2c(settings.Name.Bus, HumidityAddress), port =>
    {
        var chip = new Hts221(port);
        return new BindingSensor(chip, [Description.Channels[TemperatureAt], Description.Channels[HumidityAt]], sample =>
        {
            sample[0] = (float)chip.Temperature.DegreesCelsius;
            sample[1] = (float)chip.Humidity.Percent;
        });
    });

    private static BindingSensor OpenPressure(SensorSettings settings) =>
        SensorPort.Start(settings.Buses.OpenI2c(settings.Name.Bus, PressureAddress), port =>
    {
        var chip = new Lps25h(port);
        return new BindingSensor(chip, [Description.Channels[PressureAt]], sample => sample[0] = (float)chip.Pressure.Pascals);
    });
}
