using System.Buffers.Binary;
using System.Device.Spi;

namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>MCP3208 (DS21298), single-ended, with a reference of 3.3 V: start bit, mode, channel; then a null bit and 12 bits.</summary>
internal sealed class Mcp3208Chip(SpiConnectionSettings settings, Surroundings surroundings) : SpiChip(settings)
{
    private const double Reference = 3.3;
    private const int ChannelShift = 14;

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        var request = writeBuffer[0] << 16 | BinaryPrimitives.ReadUInt16BigEndian(writeBuffer[1..]);
        var channel = request >> ChannelShift & 7;
        if (channel == 0)
            surroundings.Advance();
        var counts = (ushort)Math.Clamp(Math.Round(surroundings.Voltages[channel] / Reference * 4096), 0, 4095);
        readBuffer[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(readBuffer[1..], counts);
    }
}
