using System.Device.I2c;
using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sensors.Buses;

/// <summary>A chip on <c>/dev/i2c-N</c>, by the kernel's I2C_RDWR call (Documentation/i2c/dev-interface.rst). System.Device.I2c makes the
/// same call, but hides the error number in a text and throws for each missing acknowledge.</summary>
internal sealed unsafe partial class LinuxI2cPort : I2cPort
{
    private const int ReadWriteRequest = 0x0707;
    private const ushort ReadFlag = 1;
    private const int Closed = -1;

    private readonly ushort _address;
    private int _descriptor;

    private LinuxI2cPort(int descriptor, int bus, int address)
    {
        _descriptor = descriptor;
        _address = (ushort)address;
        ConnectionSettings = new I2cConnectionSettings(bus, address);
    }

    public override I2cConnectionSettings ConnectionSettings { get; }

    /// <exception cref="EdgeSeqException">ES0610 where the bus is missing or not permitted.</exception>
    public static LinuxI2cPort Open(int bus, int address) => new(DeviceNode.Open($"/dev/i2c-{bus}"), bus, address);

    public override int TryTransfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        fixed (byte* written = write)
        fixed (byte* wanted = read)
        {
            var messages = stackalloc Message[2];
            var count = 0U;
            if (write.Length > 0)
                messages[count++] = new Message { Address = _address, Length = (ushort)write.Length, Bytes = written };
            if (read.Length > 0)
                messages[count++] = new Message { Address = _address, Flags = ReadFlag, Length = (ushort)read.Length, Bytes = wanted };
            var transfer = new Transfer { Messages = messages, Count = count };
            return Ioctl(_descriptor, ReadWriteRequest, &transfer) >= 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (_descriptor != Closed)
            DeviceNode.Close(_descriptor);
        _descriptor = Closed;
        base.Dispose(disposing);
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(int descriptor, nuint request, Transfer* transfer);

    private struct Message
    {
        public ushort Address;
        public ushort Flags;
        public ushort Length;
        public byte* Bytes;
    }

    private struct Transfer
    {
        public Message* Messages;
        public uint Count;
    }
}
