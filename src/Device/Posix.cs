using System.Runtime.InteropServices;

namespace EdgeSeq.Device;

/// <summary>The few system calls that .NET has no allocation-free or interruptible form of. Linux only, but for Write, which is on every
/// Unix; callers check.</summary>
internal static partial class Posix
{
    public const int BrokenPipe = 32;

    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const short PollOut = 4;
    private const int Forever = -1;

    private const int InvalidArgument = 22;
    private const int ReadOnly = 0;
    private const int CurrentFolder = -100;
    private const uint BasicStatus = 0x7FF;
    private const ushort KindMask = 0xF000;
    private const ushort RegularKind = 0x8000;

    private const byte UnixFamily = 1;
    private const int Datagram = 2;
    private const int CloseOnExec = 0x80000;

    private const int ClockMonotonic = 1;
    private const short PollIn = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Sleeps for a time; a signal may end the sleep early.</summary>
    public static void Sleep(long nanoseconds)
    {
        var time = new TimeSpec { Seconds = nanoseconds / NanosecondsPerSecond, Nanoseconds = nanoseconds % NanosecondsPerSecond };
        _ = ClockNanosleep(ClockMonotonic, 0, in time, 0);
    }

    /// <summary>True once a read from the descriptor would not block (data or end); false when the time is over.</summary>
    public static bool WaitReadable(int descriptor, int milliseconds)
    {
        var poll = new PollDescriptor { Descriptor = descriptor, Events = PollIn };
        return Poll(ref poll, 1, milliseconds) > 0;
    }

    /// <summary>Reads what is there, waited for.</summary>
    /// <param name="error">The system's error number, 0 for none.</param>
    /// <returns>Bytes read, 0 at the end of the data, -1 where nothing came in time or with an error.</returns>
    public static int TryRead(int descriptor, Span<byte> bytes, int milliseconds, out int error)
    {
        error = 0;
        if (!WaitReadable(descriptor, milliseconds))
            return -1;
        var read = Read(descriptor, ref MemoryMarshal.GetReference(bytes), (nuint)bytes.Length);
        if (read >= 0)
            return (int)read;
        error = Marshal.GetLastPInvokeError();
        if (error is TryAgain or Interrupted)
            error = 0;
        return -1;
    }

    /// <summary>Writes all bytes.</summary>
    /// <exception cref="IOException">HResult is the system's error number.</exception>
    public static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var written = Write(descriptor, in MemoryMarshal.GetReference(bytes), (nuint)bytes.Length);
            if (written >= 0)
                bytes = bytes[(int)written..];
            else
                WaitOrThrow(descriptor, Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Sends a datagram to a socket of this machine; nothing happens where nobody listens.</summary>
    /// <param name="address">The socket's path, or its abstract name after a zero byte.</param>
    public static void SendDatagram(ReadOnlySpan<byte> address, ReadOnlySpan<byte> content)
    {
        const int FamilyBytes = 2;
        const int LongestAddress = 108;
        if (address.Length > LongestAddress)
            return;
        Span<byte> target = stackalloc byte[FamilyBytes + LongestAddress];
        target.Clear();
        target[0] = UnixFamily;
        address.CopyTo(target[FamilyBytes..]);
        var descriptor = Socket(UnixFamily, Datagram | CloseOnExec, 0);
        if (descriptor < 0)
            return;
        _ = SendTo(
            descriptor, in MemoryMarshal.GetReference(content), (nuint)content.Length, 0, in MemoryMarshal.GetReference(target),
            (uint)(FamilyBytes + address.Length));
        _ = Close(descriptor);
    }

    /// <summary>Runs a command of the shell to its end.</summary>
    /// <param name="input">What it finds on its standard input; it need not read it.</param>
    /// <returns>Its exit code, 128 and the signal for one that a signal ended; null where it cannot be started.</returns>
    public static int? RunInShell(string command, ReadOnlySpan<byte> input)
    {
        const int SignalMask = 0x7F;
        const int SignalExit = 128;
        var pipe = OpenPipe(command, "w");
        if (pipe == 0)
            return null;
        _ = WriteItems(in MemoryMarshal.GetReference(input), 1, (nuint)input.Length, pipe);
        var status = ClosePipe(pipe);
        return (status & SignalMask) == 0 ? status >> 8 : SignalExit + (status & SignalMask);
    }

    /// <summary>Returns when the names in a folder are on the disk.</summary>
    /// <exception cref="IOException">HResult is the system's error number.</exception>
    public static void SyncFolder(string folder)
    {
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            throw new IOException(null, Marshal.GetLastPInvokeError());
        var result = Fsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        // Some file systems have no sync for folders: they say so, and there is nothing to do.
        if (result != 0 && error != InvalidArgument)
            throw new IOException(null, error);
    }

    /// <summary>Whether an existing path leads to a regular file, links followed.</summary>
    public static bool IsRegularFile(string path) => (Status(path).Mode & KindMask) == RegularKind;

    /// <summary>Whether two existing paths lead to one file.</summary>
    public static bool IsSameFile(string one, string other)
    {
        var (a, b) = (Status(one), Status(other));
        return a.Inode == b.Inode && a.DeviceMajor == b.DeviceMajor && a.DeviceMinor == b.DeviceMinor;
    }

    /// <summary>What tells the file at a path from another; null where there is none.</summary>
    public static FileStamp? TryStamp(string path) =>
        Statx(CurrentFolder, path, 0, BasicStatus, out var status) != 0 ? null
        : new FileStamp(
            (ulong)status.DeviceMajor << 32 | status.DeviceMinor, status.Inode, status.ModifiedSeconds, status.ModifiedNanoseconds,
            status.Length);

    private static StatusRecord Status(string path) =>
        Statx(CurrentFolder, path, 0, BasicStatus, out var status) == 0 ? status
        : throw new IOException(null, Marshal.GetLastPInvokeError());

    private static void WaitOrThrow(int descriptor, int error)
    {
        if (error == TryAgain)
        {
            var poll = new PollDescriptor { Descriptor = descriptor, Events = PollOut };
            _ = Poll(ref poll, 1, Forever);
        }
        else if (error != Interrupted)
        {
            throw new IOException(null, error);
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, in byte bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, ref byte bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int ClockNanosleep(int clock, int flags, in TimeSpec time, nint remaining);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "popen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenPipe(string command, string mode);

    [LibraryImport("libc", EntryPoint = "fwrite")]
    private static partial nuint WriteItems(in byte bytes, nuint size, nuint count, nint pipe);

    [LibraryImport("libc", EntryPoint = "pclose")]
    private static partial int ClosePipe(nint pipe);

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int Socket(int family, int kind, int protocol);

    [LibraryImport("libc", EntryPoint = "sendto")]
    private static partial nint SendTo(int descriptor, in byte content, nuint count, int flags, in byte address, uint addressBytes);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out StatusRecord status);

    /// <summary>The members of Linux's statx that are asked for; its form is the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatusRecord
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Length;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
