using System.Buffers.Binary;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Sensors.Tmp105;

/// <summary>Texas Instruments TMP105 and the LM75 family that it replaces, at 12 bits: 1/16 °C (data sheet SBOS648, table 5).</summary>
internal sealed class Tmp105Sensor(I2cPort port) : ISensor
{
    public const int DefaultAddress = 0x48;

    private const byte Temperature = 0x00;
    private const byte Configuration = 0x01;
    private const byte TwelveBits = 0x60;
    private const float DegreesPerCount = 1 / 256f;

    /// <summary>One conversion of 12 bits; until then the register holds that of the power-on.</summary>
    private static readonly TimeSpan ConversionTime = TimeSpan.FromMilliseconds(220);

    public static SensorDescription Description { get; } = new()
    {
        Bus = "i2c",
        Name = "tmp105",
        About = "Texas Instruments TMP105, TMP75, LM75: temperature",
        Example = "i2c:tmp105@1",
        Channels = [new("temperature", Quantity.Temperature)],
        DefaultChannels = 1,
        Addresses = [DefaultAddress, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F],
        UsualHz = 1,
        MostHz = 4,
        Open = Open,
    };

    public IReadOnlyList<Channel> Channels => Description.Channels;

    public ReadResult TryRead(Span<float> sample)
    {
        Span<byte> bytes = stackalloc byte[2];
        var now = MonotonicClock.Now;
        var error = port.TryReadRegisters(Temperature, bytes);
        sample[0] = BinaryPrimitives.ReadInt16BigEndian(bytes) * DegreesPerCount;
        return ReadResult.Of(error, now);
    }

    public void Dispose() => port.Dispose();

    private static Tmp105Sensor Open(SensorSettings settings) => SensorPort.Start(settings, DefaultAddress, port =>
    {
        port.WriteRegister(Configuration, TwelveBits);
        Thread.Sleep(ConversionTime);
        return new Tmp105Sensor(port);
    });
}
