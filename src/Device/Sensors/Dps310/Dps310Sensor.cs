using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Sensors.Dps310;

/// <summary>Infineon DPS310: pressure and temperature, measured all the time with 8 conversions each (data sheet 1.2, sections 4.9 and
/// 7).</summary>
internal sealed class Dps310Sensor(I2cPort port, Dps310Calibration calibration) : ISensor
{
    public const int DefaultAddress = 0x77;

    private const byte Pressure = 0x00;
    private const byte PressureConfig = 0x06;
    private const byte TemperatureConfig = 0x07;
    private const byte MeasureConfig = 0x08;
    private const byte ProductId = 0x0D;
    private const byte CoefficientSource = 0x28;

    private const byte Identity = 0x10;

    /// <summary>What QEMU's model of the chip reads as where it has no register. A chip that is not there gives no answer at all.</summary>
    private const byte NoRegister = 0xFF;
    private const byte ExternalSensor = 0x80;
    private const byte CalibrationReady = 0x80;
    private const byte BothContinuously = 0x07;
    private const byte EightConversions = 0x03;
    private const int FastestRateCode = 5;

    private static readonly TimeSpan CalibrationTime = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan FirstMeasurementTime = TimeSpan.FromMilliseconds(60);

    public static SensorDescription Description { get; } = new()
    {
        Bus = "i2c",
        Name = "dps310",
        About = "Infineon DPS310: pressure and temperature",
        Example = "i2c:dps310@1",
        Channels = [new("pressure", Quantity.Pressure), new("temperature", Quantity.Temperature)],
        DefaultChannels = 2,
        Addresses = [DefaultAddress, 0x76],
        UsualHz = 8,
        MostHz = 32,
        Open = Open,
    };

    public IReadOnlyList<Channel> Channels => Description.Channels;

    public ReadResult TryRead(Span<float> sample)
    {
        Span<byte> bytes = stackalloc byte[6];
        var now = MonotonicClock.Now;
        if (port.TryReadRegisters(Pressure, bytes) is var error and not 0)
            return ReadResult.Of(error, now);
        (sample[0], sample[1]) = calibration.Compensate(Signed24(bytes), Signed24(bytes[3..]));
        return new ReadResult(SampleStatus.Ok, now);
    }

    public void Dispose() => port.Dispose();

    private static Dps310Sensor Open(SensorSettings settings) => SensorPort.Start(settings, DefaultAddress, port =>
    {
        if (port.ReadRegister(ProductId) is var identity and not (Identity or NoRegister))
            throw SensorException.OtherChip("a DPS310 (0x10)", identity);
        if ((port.ReadRegister(MeasureConfig) & CalibrationReady) == 0)
            Thread.Sleep(CalibrationTime);
        var calibration = Dps310Calibration.Read(port);
        var rate = (byte)(Math.Clamp((int)Math.Ceiling(Math.Log2(settings.RateHz)), 0, FastestRateCode) << 4 | EightConversions);
        port.WriteRegister(PressureConfig, rate);
        // The coefficients hold for one of the two temperature sensors.
        port.WriteRegister(TemperatureConfig, (byte)(rate | port.ReadRegister(CoefficientSource) & ExternalSensor));
        port.WriteRegister(MeasureConfig, BothContinuously);
        Thread.Sleep(FirstMeasurementTime);
        return new Dps310Sensor(port, calibration);
    });

    private static int Signed24(ReadOnlySpan<byte> bytes) => (sbyte)bytes[0] << 16 | bytes[1] << 8 | bytes[2];
}
