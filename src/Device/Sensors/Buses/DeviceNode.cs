using System.Runtime.InteropServices;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sensors.Buses;

/// <summary>Opens the device files of buses, with the errors that users see.</summary>
internal static partial class DeviceNode
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    /// <exception cref="EdgeSeqException">ES0610 where the node is missing or not permitted.</exception>
    public static int Open(string path)
    {
        var descriptor = Open(path, ReadWrite | CloseOnExec);
        return descriptor >= 0 ? descriptor : throw Unusable(path, Marshal.GetLastPInvokeError());
    }

    /// <summary>Opens a node that is read from without waiting.</summary>
    /// <exception cref="EdgeSeqException">ES0610 where the node is missing or not permitted.</exception>
    public static int OpenForReading(string path)
    {
        var descriptor = Open(path, ReadOnly | NonBlocking | CloseOnExec);
        return descriptor >= 0 ? descriptor : throw Unusable(path, Marshal.GetLastPInvokeError());
    }

    public static void Close(int descriptor) => _ = CloseDescriptor(descriptor);

    /// <summary>The error for a node that cannot be opened, with what enables it.</summary>
    public static EdgeSeqException Unusable(string path, int errorNumber) =>
        new(ErrorCodes.BusUnusable, $"{path}: {ErrorNumbers.Describe(errorNumber)}", Hint(path, errorNumber));

    private static string Hint(string path, int errorNumber)
    {
        var kind = path.StartsWith("/dev/i2c", StringComparison.Ordinal) ? "i2c"
            : path.StartsWith("/dev/spi", StringComparison.Ordinal) ? "spi"
            : path.StartsWith("/dev/iio", StringComparison.Ordinal) ? "iio" : null;
        if (errorNumber == ErrorNumbers.AccessDenied)
            return kind is null ? "the user has no right to it" : $"add the user to the group {kind}: sudo usermod -aG {kind} $USER";
        return kind switch
        {
            "i2c" => "switch the bus on with dtparam=i2c_arm=on in config.txt and load i2c-dev; edgeseq sensors lists the buses",
            "spi" => "switch the bus on with dtparam=spi=on in config.txt; edgeseq sensors lists the buses",
            _ => "edgeseq sensors lists what this machine has",
        };
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);
}
