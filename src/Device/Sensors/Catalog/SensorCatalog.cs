using EdgeSeq.Device.Sensors.Ads1115;
using EdgeSeq.Device.Sensors.Adxl345;
using EdgeSeq.Device.Sensors.Bme280;
using EdgeSeq.Device.Sensors.Dps310;
using EdgeSeq.Device.Sensors.Lsm9ds1;
using EdgeSeq.Device.Sensors.Mcp3208;
using EdgeSeq.Device.Sensors.Mpu6050;
using EdgeSeq.Device.Sensors.OneWire;
using EdgeSeq.Device.Sensors.SenseHat;
using EdgeSeq.Device.Sensors.Tmp105;
using EdgeSeq.Device.Sensors.Vl53l0x;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sensors.Catalog;

/// <summary>The sensors that there are. A new one is a folder beside these and a line here.</summary>
public static class SensorCatalog
{
    public static IReadOnlyList<SensorDescription> All { get; } =
    [
        Mpu6050Sensor.Description,
        Lsm9ds1Sensor.Description,
        SenseHatSensor.Description,
        Adxl345Sensor.Description,
        Bme280Sensor.Description,
        Dps310Sensor.Description,
        Tmp105Sensor.Description,
        OneWireSensor.Description,
        Vl53l0xSensor.Description,
        Ads1115Sensor.Description,
        Mcp3208Sensor.Description,
    ];

    /// <summary>The sensor of that name on that kind of bus.</summary>
    /// <exception cref="EdgeSeqException">ES0702 where there is none.</exception>
    public static SensorDescription Find(string bus, string name) =>
        All.FirstOrDefault(sensor => sensor.Bus == bus && (sensor.Name == name || sensor.Name.Length == 0))
        ?? throw new EdgeSeqException(
            ErrorCodes.SourceUnknown,
            $"there is no sensor '{name}' on {bus}",
            $"the sensors on {bus} are {string.Join(", ", All.Where(sensor => sensor.Bus == bus).Select(sensor => sensor.Name))}");
}
