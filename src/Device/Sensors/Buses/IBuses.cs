using System.Device.Spi;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sensors.Buses;

/// <summary>Where sensors get their ports from: the machine's buses, or simulated chips.</summary>
public interface IBuses
{
    /// <exception cref="EdgeSeqException">ES0610 where the bus is missing or not permitted.</exception>
    I2cPort OpenI2c(int bus, int address);

    /// <exception cref="EdgeSeqException">ES0610 where the bus is missing or not permitted.</exception>
    SpiDevice OpenSpi(SpiConnectionSettings settings);
}
