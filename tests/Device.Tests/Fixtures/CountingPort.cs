using System.Device.I2c;
using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>Counts the transfers to a chip.</summary>
internal sealed class CountingPort(I2cPort chip) : I2cPort
{
    public int Transfers { get; private set; }

    public override I2cConnectionSettings ConnectionSettings => chip.ConnectionSettings;

    public override int TryTransfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        Transfers++;
        return chip.TryTransfer(write, read);
    }
}
