using System.Buffers.Binary;
using System.Device.Spi;
using EdgeSeq.Device.Sensors;

namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>ADXL345 on SPI (data sheet revision G): full resolution or 10 bits, by DATA_FORMAT.</summary>
internal sealed class Adxl345Chip(SpiConnectionSettings settings, Surroundings surroundings) : SpiChip(settings)
{
    private const byte ReadBit = 0x80;
    private const byte AddressBits = 0x3F;
    private const byte DataFormat = 0x31;
    private const byte DataX = 0x32;
    private const byte PowerControl = 0x2D;
    private const byte Measure = 0x08;
    private const byte FullResolution = 0x08;

    private readonly byte[] _registers = [0xE5, .. new byte[AddressBits]];

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        var register = writeBuffer[0] & AddressBits;
        if ((writeBuffer[0] & ReadBit) == 0)
        {
            writeBuffer[1..].CopyTo(_registers.AsSpan(register));
            return;
        }

        if (register == DataX && (_registers[PowerControl] & Measure) != 0)
            Sample();
        _registers.AsSpan(register, readBuffer.Length - 1).CopyTo(readBuffer[1..]);
    }

    private void Sample()
    {
        surroundings.Advance();
        var range = _registers[DataFormat] & 3;
        var isFull = (_registers[DataFormat] & FullResolution) != 0;
        var perCount = Units.StandardGravity / (isFull ? 256 : 256 >> range);
        var limit = isFull ? 256 << (range + 1) : 512;
        for (var axis = 0; axis < 3; axis++)
        {
            var counts = (short)Math.Clamp(Math.Round(surroundings.Acceleration[axis] / perCount), -limit, limit - 1);
            BinaryPrimitives.WriteInt16LittleEndian(_registers.AsSpan(DataX + 2 * axis), counts);
        }
    }
}
