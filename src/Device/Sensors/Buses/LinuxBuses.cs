using System.Device.Spi;

namespace EdgeSeq.Device.Sensors.Buses;

/// <summary>The buses of this machine.</summary>
internal sealed class LinuxBuses : IBuses
{
    public static LinuxBuses Instance { get; } = new();

    public I2cPort OpenI2c(int bus, int address) => LinuxI2cPort.Open(bus, address);

    public SpiDevice OpenSpi(SpiConnectionSettings settings)
    {
        // The package opens the node at the first transfer; a missing bus is to be seen now.
        var node = $"/dev/spidev{settings.BusId}.{settings.ChipSelectLine}";
        DeviceNode.Close(DeviceNode.Open(node));
        return SpiDevice.Create(settings);
    }
}
