using System.Device.I2c;
using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>TMP105 (SBOS648): a pointer to registers of one or two bytes, which does not move on.</summary>
internal sealed class Tmp105Chip(int address, Surroundings surroundings) : I2cPort
{
    private const byte Configuration = 0x01;
    private const int MostBits = 12;

    private byte _pointer;
    private byte _configuration;

    public override I2cConnectionSettings ConnectionSettings { get; } = new(1, address);

    /// <summary>9 to 12 bits, by the two resolution bits; the rest of the register is zero.</summary>
    private int Bits => 9 + (_configuration >> 5 & 3);

    public override int TryTransfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (write.Length > 0)
            _pointer = write[0];
        if (write.Length > 1 && _pointer == Configuration)
            _configuration = write[1];
        if (read.Length > 0)
            Answer(read);
        return 0;
    }

    private void Answer(Span<byte> read)
    {
        if (_pointer == Configuration)
        {
            read.Fill(_configuration);
            return;
        }

        surroundings.Advance();
        var counts = (int)Math.Floor(surroundings.Temperature * 16) >> (MostBits - Bits) << (MostBits - Bits) << 4;
        read[0] = (byte)(counts >> 8);
        if (read.Length > 1)
            read[1] = (byte)counts;
    }
}
