using System.Buffers.Binary;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Sensors.Mpu6050;

/// <summary>InvenSense MPU-6050: one read of 14 bytes gives a coherent sample of all channels. Registers and scales from the register map
/// RM-MPU-6000A-00, revision 4.2. Also the MPU-6500 and MPU-9250, whose registers are the same here.</summary>
internal sealed class Mpu6050Sensor : ISensor
{
    public const int DefaultAddress = 0x68;
    public const int SecondAddress = 0x69;

    private const byte Config = 0x1A;
    private const byte GyroConfig = 0x1B;
    private const byte AccelConfig = 0x1C;
    private const byte AccelX = 0x3B;
    private const byte PowerManagement1 = 0x6B;
    private const byte WhoAmI = 0x75;

    private const byte DeviceReset = 0x80;
    private const byte ClockFromGyro = 0x01;
    private const int SampleBytes = 14;
    private const int TemperatureAt = 6;
    private const int GyroAt = 8;
    private const double FullScale = 32768;

    private static readonly TimeSpan ResetTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GyroStartTime = TimeSpan.FromMilliseconds(30);

    /// <summary>Bandwidths of the digital low-pass filter (accelerometer, Hz) by its setting, from 0.</summary>
    private static readonly double[] FilterHz = [260, 184, 94, 44, 21, 10, 5];

    private readonly I2cPort _port;
    private readonly float _metresPerSecond2;
    private readonly float _radiansPerSecond;
    private readonly bool _isMpu6050;

    private Mpu6050Sensor(I2cPort port, double rangeG, double rangeDegrees, bool isMpu6050)
    {
        _port = port;
        _metresPerSecond2 = (float)(rangeG * Units.StandardGravity / FullScale);
        _radiansPerSecond = (float)(rangeDegrees * Math.PI / 180 / FullScale);
        _isMpu6050 = isMpu6050;
    }

    public static SensorDescription Description { get; } = new()
    {
        Bus = "i2c",
        Name = "mpu6050",
        About = "InvenSense MPU-6050, MPU-6500, MPU-9250: accelerometer and gyroscope",
        Example = "i2c:mpu6050@1:0x68",
        Channels = [.. Channel.Axes("acc", Quantity.Acceleration), .. Channel.Axes("gyro", Quantity.AngularRate),
            new("temperature", Quantity.Temperature)],
        DefaultChannels = 6,
        Addresses = [DefaultAddress, SecondAddress],
        UsualHz = 50,
        MostHz = 1000,
        StuckAfter = 50,
        Options = ["range", "gyro_range"],
        Open = Open,
    };

    public IReadOnlyList<Channel> Channels => Description.Channels;

    public ReadResult TryRead(Span<float> sample)
    {
        Span<byte> bytes = stackalloc byte[SampleBytes];
        var now = MonotonicClock.Now;
        if (_port.TryReadRegisters(AccelX, bytes) is var error and not 0)
            return ReadResult.Of(error, now);
        for (var axis = 0; axis < 3; axis++)
        {
            sample[axis] = Value(bytes, 2 * axis) * _metresPerSecond2;
            sample[3 + axis] = Value(bytes, GyroAt + 2 * axis) * _radiansPerSecond;
        }

        sample[6] = Temperature(Value(bytes, TemperatureAt));
        return new ReadResult(SampleStatus.Ok, now);
    }

    public void Dispose() => _port.Dispose();

    private static Mpu6050Sensor Open(SensorSettings settings)
    {
        var rangeG = settings.Name.Options.Choice("range", 2, 2, 4, 8, 16);
        var rangeDegrees = settings.Name.Options.Choice("gyro_range", 250, 250, 500, 1000, 2000);
        return SensorPort.Start(settings, DefaultAddress, port =>
        {
            var isMpu6050 = Identify(port);
            port.WriteRegister(PowerManagement1, DeviceReset);
            Thread.Sleep(ResetTime);
            port.WriteRegister(PowerManagement1, ClockFromGyro);
            port.WriteRegister(Config, Filter(settings.RateHz));
            port.WriteRegister(GyroConfig, (byte)(RangeBits(rangeDegrees / 250) << 3));
            port.WriteRegister(AccelConfig, (byte)(RangeBits(rangeG / 2) << 3));
            Thread.Sleep(GyroStartTime);
            return new Mpu6050Sensor(port, rangeG, rangeDegrees, isMpu6050);
        });
    }

    /// <summary>Whether it is an MPU-6050 and not one of the later chips.</summary>
    private static bool Identify(I2cPort port) => port.ReadRegister(WhoAmI) switch
    {
        0x68 => true,
        0x70 or 0x71 or 0x73 => false,
        var other => throw SensorException.OtherChip("an MPU-6050 (0x68), MPU-6500 (0x70) or MPU-9250 (0x71)", other),
    };

    /// <summary>The widest filter that lets nothing above half the rate pass; the chip samples at 1 kHz behind it.</summary>
    private static byte Filter(double rateHz)
    {
        var setting = Array.FindIndex(FilterHz, 1, bandwidth => bandwidth <= rateHz / 2);
        return (byte)(setting < 0 ? FilterHz.Length - 1 : setting);
    }

    private static int RangeBits(double multiple) => (int)Math.Log2(multiple);

    private static short Value(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt16BigEndian(bytes[at..]);

    private float Temperature(short value) => _isMpu6050 ? value / 340f + 36.53f : value / 333.87f + 21f;
}
