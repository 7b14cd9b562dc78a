using System.Device.Spi;
using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Device.Simulation.Faults;

/// <summary>The way to a chip on SPI, on which faults happen. SPI has no acknowledge: what fails is the controller.</summary>
internal sealed class FaultySpi(SpiDevice chip, FaultSchedule faults) : SpiDevice
{
    private readonly byte[] _last = new byte[256];

    public override SpiConnectionSettings ConnectionSettings => chip.ConnectionSettings;

    public override void Read(Span<byte> buffer) => TransferFullDuplex(new byte[buffer.Length], buffer);

    public override void Write(ReadOnlySpan<byte> buffer) => TransferFullDuplex(buffer, new byte[buffer.Length]);

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        switch (faults.Next())
        {
            case BusFault.None:
                chip.TransferFullDuplex(writeBuffer, readBuffer);
                readBuffer.CopyTo(_last);
                break;
            case BusFault.Stuck:
                _last.AsSpan(0, readBuffer.Length).CopyTo(readBuffer);
                break;
            default:
                throw new BusException(ErrorNumbers.Io);
        }
    }
}
