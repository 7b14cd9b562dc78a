using System.Buffers.Binary;
using System.Device.Spi;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Sensors.Adxl345;

/// <summary>Analog Devices ADXL345 on SPI, in full resolution: 1/256 g whatever the range (data sheet revision G, registers 0x2C, 0x2D,
/// 0x31).</summary>
internal sealed class Adxl345Sensor : ISensor
{
    private const byte Read = 0x80;
    private const byte Several = 0x40;
    private const byte DeviceId = 0x00;
    private const byte DataRate = 0x2C;
    private const byte PowerControl = 0x2D;
    private const byte DataFormat = 0x31;
    private const byte DataX = 0x32;

    private const byte Identity = 0xE5;
    private const byte Measure = 0x08;
    private const byte FullResolution = 0x08;
    private const int ClockHz = 5_000_000;

    /// <summary>Rate code 0x0F is 3200 Hz, each code below it half of that.</summary>
    private const double FastestHz = 3200;
    private const int FastestCode = 0x0F;
    private const int SlowestCode = 0x06;

    private const float MetresPerSecond2 = (float)(Units.StandardGravity / 256);

    private readonly SpiDevice _port;

    private Adxl345Sensor(SpiDevice port) => _port = port;

    public static SensorDescription Description { get; } = new()
    {
        Bus = "spi",
        Name = "adxl345",
        About = "Analog Devices ADXL345: accelerometer",
        Example = "spi:adxl345@0.0",
        Channels = Channel.Axes("acc", Quantity.Acceleration),
        DefaultChannels = 3,
        UsualHz = 100,
        MostHz = FastestHz,
        StuckAfter = 50,
        Options = ["range"],
        Open = Open,
    };

    public IReadOnlyList<Channel> Channels => Description.Channels;

    public ReadResult TryRead(Span<float> sample)
    {
        Span<byte> request = stackalloc byte[7];
        Span<byte> answer = stackalloc byte[7];
        request[0] = DataX | Read | Several;
        var now = MonotonicClock.Now;
        try
        {
            _port.TransferFullDuplex(request, answer);
        }
        catch (IOException)
        {
            return new ReadResult(SampleStatus.BusError, now);
        }

        for (var axis = 0; axis < 3; axis++)
            sample[axis] = BinaryPrimitives.ReadInt16LittleEndian(answer[(1 + 2 * axis)..]) * MetresPerSecond2;
        return new ReadResult(SampleStatus.Ok, now);
    }

    public void Dispose() => _port.Dispose();

    private static Adxl345Sensor Open(SensorSettings settings)
    {
        var rangeG = settings.Name.Options.Choice("range", 16, 2, 4, 8, 16);
        var port = settings.Buses.OpenSpi(new SpiConnectionSettings(settings.Name.Bus, settings.Name.Place ?? 0)
        {
            Mode = SpiMode.Mode3,
            ClockFrequency = ClockHz
        });
        return SensorPort.Start(port, spi =>
        {
            // SPI has no acknowledge: only the identity tells a chip from an open wire.
            Span<byte> answer = stackalloc byte[2];
            spi.TransferFullDuplex([DeviceId | Read, 0], answer);
            if (answer[1] != Identity)
                throw SensorException.OtherChip("an ADXL345 (0xE5)", answer[1]);
            spi.Write([DataRate, RateCode(settings.RateHz)]);
            spi.Write([DataFormat, (byte)(FullResolution | (int)Math.Log2(rangeG / 2))]);
            spi.Write([PowerControl, Measure]);
            return new Adxl345Sensor(spi);
        });
    }

    /// <summary>The slowest data rate that gives a new sample at every read; its bandwidth is half of it.</summary>
    private static byte RateCode(double rateHz)
    {
        var halvings = (int)Math.Floor(Math.Log2(FastestHz / rateHz));
        return (byte)Math.Clamp(FastestCode - halvings, SlowestCode, FastestCode);
    }
}
