using System.Device.I2c;

namespace EdgeSeq.Device.Sensors.Buses;

/// <summary>One chip on an I2C bus. Transfers give an error number instead of an exception, which a faulty bus would throw hundreds
/// of times a second; drivers from packages use it as the <see cref="I2cDevice"/> that it also is.</summary>
public abstract class I2cPort : I2cDevice
{
    /// <summary>Writes, then reads after a repeated start, without anyone between; either may be empty.</summary>
    /// <returns>0, or the system's error number.</returns>
    public abstract int TryTransfer(ReadOnlySpan<byte> write, Span<byte> read);

    /// <summary>Reads registers that follow one another.</summary>
    public int TryReadRegisters(byte register, Span<byte> values) => TryTransfer([register], values);

    public int TryWriteRegister(byte register, byte value) => TryTransfer([register, value], []);

    /// <summary>Reads one register.</summary>
    /// <exception cref="BusException">The transfer failed.</exception>
    public byte ReadRegister(byte register)
    {
        Span<byte> value = stackalloc byte[1];
        WriteRead([register], value);
        return value[0];
    }

    /// <summary>Writes one register.</summary>
    /// <exception cref="BusException">The transfer failed.</exception>
    public void WriteRegister(byte register, byte value) => Write([register, value]);

    public sealed override void Read(Span<byte> buffer) => Require(TryTransfer([], buffer));

    public sealed override void Write(ReadOnlySpan<byte> buffer) => Require(TryTransfer(buffer, []));

    public sealed override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) =>
        Require(TryTransfer(writeBuffer, readBuffer));

    private static void Require(int errorNumber)
    {
        if (errorNumber != 0)
            throw new BusException(errorNumber);
    }
}
