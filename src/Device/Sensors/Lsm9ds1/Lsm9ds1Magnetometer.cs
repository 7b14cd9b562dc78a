using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Device.Sensors.Lsm9ds1;

/// <summary>The magnetometer of an LSM9DS1, at ±4 gauss: 0.14 milligauss a count (data sheet DS10183, table 3), 80 Hz.</summary>
internal sealed class Lsm9ds1Magnetometer : IDisposable
{
    private const int Address = 0x1E;
    private const int SecondAddress = 0x1C;

    private const byte Increment = 0x80;
    private const byte WhoAmI = 0x0F;
    private const byte Control1 = 0x20;
    private const byte Control3 = 0x22;
    private const byte Control4 = 0x23;
    private const byte OutX = 0x28;

    private const byte Identity = 0x3D;
    private const byte CompensatedBest80Hz = 0xFC;
    private const byte Continuous = 0x00;
    private const byte BestForZ = 0x0C;
    private const float Tesla = 0.14e-7f;

    private readonly I2cPort _port;

    private Lsm9ds1Magnetometer(I2cPort port) => _port = port;

    /// <summary>Its address goes with that of the accelerometer: the boards pull both pins the same way.</summary>
    public static Lsm9ds1Magnetometer Open(SensorSettings settings)
    {
        var address = settings.Name.Place == Lsm9ds1Sensor.SecondAddress ? SecondAddress : Address;
        return SensorPort.Start(settings.Buses.OpenI2c(settings.Name.Bus, address), port =>
        {
            if (port.ReadRegister(WhoAmI) is var identity and not Identity)
                throw SensorException.OtherChip("the magnetometer of an LSM9DS1 (0x3D)", identity);
            port.WriteRegister(Control1, CompensatedBest80Hz);
            port.WriteRegister(Control3, Continuous);
            port.WriteRegister(Control4, BestForZ);
            return new Lsm9ds1Magnetometer(port);
        });
    }

    public int TryRead(Span<float> field) => Lsm9ds1Sensor.TryReadAxes(_port, OutX | Increment, Tesla, field);

    public void Dispose() => _port.Dispose();
}
