using System.Device.I2c;
using System.Device.Spi;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Simulation.Chips;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>Buses on which nothing answers: I2C gives an error, the open wire of SPI reads as ones.</summary>
internal sealed class EmptyBuses(int errorNumber) : IBuses
{
    public I2cPort OpenI2c(int bus, int address) => new Silence(errorNumber);

    public SpiDevice OpenSpi(SpiConnectionSettings settings) => new OpenWire(settings);

    private sealed class Silence(int errorNumber) : I2cPort
    {
        public override I2cConnectionSettings ConnectionSettings => new(1, 0x10);

        public override int TryTransfer(ReadOnlySpan<byte> write, Span<byte> read) => errorNumber;
    }

    private sealed class OpenWire(SpiConnectionSettings settings) : SpiChip(settings)
    {
        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => readBuffer.Fill(0xFF);
    }
}
