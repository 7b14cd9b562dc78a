using System.Buffers.Binary;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Timing;
using Iot.Device.Vl53L0X;

namespace EdgeSeq.Device.Sensors.Vl53l0x;

/// <summary>STMicroelectronics VL53L0X: the long start is that of Iot.Device.Bindings; its reads, which wait up to half a second and
/// allocate, are replaced by one look at the result. Nothing within reach reads as 8.19 m.</summary>
internal sealed class Vl53l0xSensor : ISensor
{
    public const int DefaultAddress = 0x29;

    private const byte InterruptClear = 0x0B;
    private const byte InterruptStatus = 0x13;
    private const int ResultBytes = 13;
    private const int DistanceAt = 11;
    private const int ReadyBits = 0x07;
    private const float MetresPerCount = 1e-3f;

    private readonly I2cPort _port;

    private Vl53l0xSensor(I2cPort port) => _port = port;

    public static SensorDescription Description { get; } = new()
    {
        Bus = "i2c",
        Name = "vl53l0x",
        About = "STMicroelectronics VL53L0X: distance by time of flight",
        Example = "i2c:vl53l0x@1",
        Channels = [new("distance", Quantity.Distance)],
        DefaultChannels = 1,
        Addresses = [DefaultAddress],
        UsualHz = 20,
        MostHz = 30,
        Open = Open,
    };

    public IReadOnlyList<Channel> Channels => Description.Channels;

    public ReadResult TryRead(Span<float> sample)
    {
        // Status and result lie side by side: registers 0x13 to 0x1F.
        Span<byte> bytes = stackalloc byte[ResultBytes];
        var now = MonotonicClock.Now;
        var error = _port.TryReadRegisters(InterruptStatus, bytes);
        if (error == 0 && (bytes[0] & ReadyBits) == 0)
            return new ReadResult(SampleStatus.NotReady, now);
        sample[0] = BinaryPrimitives.ReadUInt16BigEndian(bytes[DistanceAt..]) * MetresPerCount;
        if (error == 0)
            error = _port.TryWriteRegister(InterruptClear, 1);
        return ReadResult.Of(error, now);
    }

    public void Dispose() => _port.Dispose();

    private static Vl53l0xSensor Open(SensorSettings settings) => SensorPort.Start(settings, DefaultAddress, port =>
    {
        using var driver = new Vl53L0X(port, shouldDispose: false);
        driver.StartContinuousMeasurement();
        return new Vl53l0xSensor(port);
    });
}
