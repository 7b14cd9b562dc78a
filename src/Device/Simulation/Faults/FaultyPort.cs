using System.Device.I2c;
using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Device.Simulation.Faults;

/// <summary>The way to a chip on I2C, on which faults happen.</summary>
internal sealed class FaultyPort(I2cPort chip, FaultSchedule faults) : I2cPort
{
    private readonly byte[] _last = new byte[256];

    public override I2cConnectionSettings ConnectionSettings => chip.ConnectionSettings;

    public override int TryTransfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        switch (faults.Next())
        {
            case BusFault.NoAnswer:
                return ErrorNumbers.RemoteIo;
            case BusFault.NoSuchAddress:
                return ErrorNumbers.NoSuchAddress;
            case BusFault.TimedOut:
                return ErrorNumbers.TimedOut;
            case BusFault.InputOutput:
                return ErrorNumbers.Io;
            case BusFault.Unplugged:
                return ErrorNumbers.NoDevice;
            case BusFault.Stuck when write.Length <= 1:
                _last.AsSpan(0, read.Length).CopyTo(read);
                return 0;
            default:
                var error = chip.TryTransfer(write, read);
                read.CopyTo(_last);
                return error;
        }
    }
}
