using System.Buffers.Binary;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Sensors.Lsm9ds1;

/// <summary>STMicroelectronics LSM9DS1, with the sensitivities of its data sheet (DS10183, table 3): those of the gyroscope and the
/// magnetometer are not full scale by 2¹⁵. Acceleration and angular rate come from one chip address, the magnetic field from
/// another.</summary>
internal sealed class Lsm9ds1Sensor : ISensor
{
    public const int DefaultAddress = 0x6B;
    public const int SecondAddress = 0x6A;

    private const byte WhoAmI = 0x0F;
    private const byte GyroControl1 = 0x10;
    private const byte GyroX = 0x18;
    private const byte AccelControl6 = 0x20;
    private const byte Control8 = 0x22;
    private const byte AccelX = 0x28;

    private const byte Identity = 0x68;
    private const byte BlockUpdateAndIncrement = 0x44;
    private const int GyroAt = 3;
    private const int MagAt = 6;

    /// <summary>Output data rates by their code, from 1.</summary>
    private static readonly double[] Rates = [14.9, 59.5, 119, 238, 476, 952];

    private static readonly TimeSpan StartTime = TimeSpan.FromMilliseconds(100);

    private readonly I2cPort _port;
    private readonly Lsm9ds1Magnetometer? _magnetometer;
    private readonly float _metresPerSecond2;
    private readonly float _radiansPerSecond;

    private Lsm9ds1Sensor(I2cPort port, Lsm9ds1Magnetometer? magnetometer, double rangeG, double rangeDegrees)
    {
        _port = port;
        _magnetometer = magnetometer;
        _metresPerSecond2 = (float)(MilliG(rangeG) * 1e-3 * Units.StandardGravity);
        _radiansPerSecond = (float)(MilliDegrees(rangeDegrees) * 1e-3 * Math.PI / 180);
    }

    public static SensorDescription Description { get; } = new()
    {
        Bus = "i2c",
        Name = "lsm9ds1",
        About = "STMicroelectronics LSM9DS1: accelerometer, gyroscope, magnetometer",
        Example = "i2c:lsm9ds1@1",
        Channels =
        [
            .. Channel.Axes("acc", Quantity.Acceleration), .. Channel.Axes("gyro", Quantity.AngularRate),
                .. Channel.Axes("mag", Quantity.MagneticFlux),
        ],
        DefaultChannels = 6,
        Addresses = [DefaultAddress, SecondAddress],
        UsualHz = 50,
        MostHz = 952,
        StuckAfter = 50,
        Options = ["range", "gyro_range"],
        Open = Open,
    };

    public IReadOnlyList<Channel> Channels => Description.Channels;

    public ReadResult TryRead(Span<float> sample)
    {
        var now = MonotonicClock.Now;
        var error = TryReadAxes(_port, AccelX, _metresPerSecond2, sample);
        if (error == 0)
            error = TryReadAxes(_port, GyroX, _radiansPerSecond, sample[GyroAt..]);
        if (error == 0 && _magnetometer is not null)
            error = _magnetometer.TryRead(sample[MagAt..]);
        return ReadResult.Of(error, now);
    }

    public void Dispose()
    {
        _port.Dispose();
        _magnetometer?.Dispose();
    }

    /// <summary>Three little-endian values that follow one another, times a scale.</summary>
    public static int TryReadAxes(I2cPort port, byte register, float scale, Span<float> values)
    {
        Span<byte> bytes = stackalloc byte[6];
        var error = port.TryReadRegisters(register, bytes);
        for (var axis = 0; axis < 3; axis++)
            values[axis] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * axis)..]) * scale;
        return error;
    }

    public static Lsm9ds1Sensor Open(SensorSettings settings)
    {
        var rangeG = settings.Name.Options.Choice("range", 2, 2, 4, 8, 16);
        var rangeDegrees = settings.Name.Options.Choice("gyro_range", 245, 245, 500, 2000);
        return SensorPort.Start(settings, DefaultAddress, port =>
        {
            if (port.ReadRegister(WhoAmI) is var identity and not Identity)
                throw SensorException.OtherChip("an LSM9DS1 (0x68)", identity);
            var rate = RateCode(settings.RateHz) << 5;
            port.WriteRegister(Control8, BlockUpdateAndIncrement);
            port.WriteRegister(GyroControl1, (byte)(rate | GyroRangeBits(rangeDegrees) << 3));
            port.WriteRegister(AccelControl6, (byte)(rate | AccelRangeBits(rangeG) << 3));
            var magnetometer = settings.Channels.Any(channel => channel is >= MagAt and < MagAt + 3) ? Lsm9ds1Magnetometer.Open(settings)
                : null;
            Thread.Sleep(StartTime);
            return new Lsm9ds1Sensor(port, magnetometer, rangeG, rangeDegrees);
        });
    }

    /// <summary>The slowest data rate with a new sample at every read.</summary>
    private static int RateCode(double rateHz)
    {
        var index = Array.FindIndex(Rates, rate => rate >= rateHz);
        return 1 + (index < 0 ? Rates.Length - 1 : index);
    }

    private static int AccelRangeBits(double rangeG) => rangeG switch { 2 => 0, 4 => 2, 8 => 3, _ => 1 };

    private static int GyroRangeBits(double rangeDegrees) => rangeDegrees switch { 245 => 0, 500 => 1, _ => 3 };

    private static double MilliG(double rangeG) => rangeG switch { 2 => 0.061, 4 => 0.122, 8 => 0.244, _ => 0.732 };

    private static double MilliDegrees(double rangeDegrees) => rangeDegrees switch { 245 => 8.75, 500 => 17.5, _ => 70 };
}
