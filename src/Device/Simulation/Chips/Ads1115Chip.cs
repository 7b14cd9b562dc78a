using System.Buffers.Binary;
using System.Device.I2c;
using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>ADS1115 (SBAS444): registers of two bytes, of which single-ended inputs are simulated. Conversions are done at once.</summary>
internal sealed class Ads1115Chip(int address, Surroundings surroundings) : I2cPort
{
    private const byte Conversion = 0;
    private const byte Configuration = 1;
    private const ushort Ready = 0x8000;
    private const int SingleEnded = 4;

    private static readonly double[] FullScales = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256];

    private readonly ushort[] _registers = [0, 0x8583, 0x8000, 0x7FFF];
    private byte _pointer;

    public override I2cConnectionSettings ConnectionSettings { get; } = new(1, address);

    public override int TryTransfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (write.Length > 0)
            _pointer = (byte)(write[0] & 3);
        if (write.Length > 2)
            _registers[_pointer] = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(write[1..]) | (_pointer == Configuration ? Ready : 0));
        if (read.Length >= 2)
            BinaryPrimitives.WriteUInt16BigEndian(read, _pointer == Conversion ? Convert() : _registers[_pointer]);
        return 0;
    }

    private ushort Convert()
    {
        var configuration = _registers[Configuration];
        var multiplexer = configuration >> 12 & 7;
        if (multiplexer is SingleEnded)
            surroundings.Advance();
        var volts = surroundings.Voltages[Math.Max(0, multiplexer - SingleEnded)];
        var counts = Math.Round(volts / FullScales[configuration >> 9 & 7] * 32768);
        return (ushort)(short)Math.Clamp(counts, short.MinValue, short.MaxValue);
    }
}
