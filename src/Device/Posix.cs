using System.Runtime.InteropServices;

namespace EdgeSeq.Device;

/// <summary>The few system calls that .NET has no allocation-free or interruptible form of. Linux only, but for Write, which is on every Unix; callers check.</summary>
internal static partial class Posix
{
    public const int BrokenPipe = 32;

    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const short PollOut = 4;
    private const int Forever = -1;

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

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int ClockNanosleep(int clock, int flags, in TimeSpec time, nint remaining);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

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
