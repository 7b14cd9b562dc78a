using System.Device.Spi;

namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>A chip on SPI: every transfer sends and receives the same number of bytes.</summary>
internal abstract class SpiChip(SpiConnectionSettings settings) : SpiDevice
{
    public override SpiConnectionSettings ConnectionSettings => settings;

    public override void Read(Span<byte> buffer) => TransferFullDuplex(new byte[buffer.Length], buffer);

    public override void Write(ReadOnlySpan<byte> buffer) => TransferFullDuplex(buffer, new byte[buffer.Length]);
}
