using System.Device.Spi;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Simulation.Faults;

namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>Buses with the simulated chip of one sensor, or of a board, behind each address.</summary>
/// <param name="sensor">A name of the catalog, or <c>sensehat</c>.</param>
/// <param name="surroundings">What the chips measure.</param>
/// <param name="faults">What goes wrong on the way, null for nothing.</param>
internal sealed class SimulatedBuses(string sensor, Surroundings surroundings, FaultSchedule? faults = null) : IBuses
{
    private const int SenseHatMagnetometer = 0x1C;
    private const int BreakoutMagnetometer = 0x1E;
    private const int Humidity = 0x5F;
    private const int Pressure = 0x5C;

    private readonly Dictionary<int, I2cPort> _chips = [];

    public I2cPort OpenI2c(int bus, int address)
    {
        if (!_chips.TryGetValue(address, out var chip))
            _chips[address] = chip = Chip(address);
        return faults is null ? chip : new FaultyPort(chip, faults);
    }

    public SpiDevice OpenSpi(SpiConnectionSettings settings)
    {
        SpiDevice chip = sensor == "adxl345" ? new Adxl345Chip(settings, surroundings) : new Mcp3208Chip(settings, surroundings);
        return faults is null ? chip : new FaultySpi(chip, faults);
    }

    private I2cPort Chip(int address) => address switch
    {
        SenseHatMagnetometer or BreakoutMagnetometer => new Lsm9ds1MagnetometerChip(address, surroundings),
        Humidity => new Hts221Chip(address, surroundings),
        Pressure => new Lps25hChip(address, surroundings),
        _ => sensor switch
        {
            "mpu6050" => new Mpu6050Chip(address, surroundings),
            "lsm9ds1" or "sensehat" => new Lsm9ds1Chip(address, surroundings),
            "tmp105" => new Tmp105Chip(address, surroundings),
            "dps310" => new Dps310Chip(address, surroundings),
            "bme280" => new Bme280Chip(address, surroundings),
            "ads1115" => new Ads1115Chip(address, surroundings),
            "vl53l0x" => new Vl53l0xChip(address, surroundings),
            _ => throw new ArgumentOutOfRangeException(nameof(address), sensor, "no such simulated chip"),
        },
    };
}
