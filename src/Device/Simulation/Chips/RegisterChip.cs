using System.Device.I2c;
using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Device.Simulation.Chips;

/// <summary>An I2C chip as its data sheet's register map shows it: the first byte written sets a pointer, further bytes are written there,
/// reads start there, and the pointer moves on.</summary>
internal abstract class RegisterChip(int address) : I2cPort
{
    private const byte PointerMask = 0xFF;

    private byte _pointer;

    public override I2cConnectionSettings ConnectionSettings { get; } = new(1, address);

    /// <summary>Bits of the written byte that are the pointer; ST chips use the highest bit as a sign to move on.</summary>
    protected virtual byte PointerBits => PointerMask;

    protected byte[] Registers { get; } = new byte[256];

    public sealed override int TryTransfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (write.Length > 0)
            _pointer = (byte)(write[0] & PointerBits);
        for (var i = 1; i < write.Length; i++)
            Write(_pointer++, write[i]);
        if (read.Length > 0)
            BeforeRead(_pointer);
        foreach (ref var value in read)
            value = Registers[_pointer++];
        return 0;
    }

    /// <summary>Takes a written value; chips with commands look at it.</summary>
    protected virtual void Write(byte register, byte value) => Registers[register] = value;

    /// <summary>The moment to measure, before a read that starts at this register.</summary>
    protected virtual void BeforeRead(byte register)
    {
    }

    protected void SetBigEndian(byte register, int value)
    {
        Registers[register] = (byte)(value >> 8);
        Registers[register + 1] = (byte)value;
    }

    protected void SetLittleEndian(byte register, int value)
    {
        Registers[register] = (byte)value;
        Registers[register + 1] = (byte)(value >> 8);
    }

    /// <summary>What a converter of 16 bits makes of a value.</summary>
    protected static short Counts(double value, double perCount) =>
        (short)Math.Clamp(Math.Round(value / perCount), short.MinValue, short.MaxValue);
}
