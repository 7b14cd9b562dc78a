using System.Globalization;
using System.Text;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Run;

/// <summary>Tells systemd how the run goes (https://www.freedesktop.org/software/systemd/man/sd_notify.html): <c>READY=1</c> after the
/// first step,
/// <c>WATCHDOG=1</c> after completed steps twice in the time that the unit's WatchdogSec allows, <c>STOPPING=1</c> at the end. A run that
/// hangs completes no step, so it is started again.</summary>
internal sealed class ServiceNotifier
{
    private const int NanosecondsPerMicrosecond = 1000;

    private static readonly byte[] Alive = [.. "WATCHDOG=1"u8];

    private readonly byte[] _socket;
    private readonly long? _interval;
    private long _last;
    private bool _isReady;

    private ServiceNotifier(string socket, long? interval)
    {
        _socket = Encoding.UTF8.GetBytes(socket);
        _interval = interval;

        // A name in the abstract namespace starts with a zero byte, written as @.
        if (_socket[0] == (byte)'@')
            _socket[0] = 0;
    }

    /// <summary>Null where no service manager listens.</summary>
    public static ServiceNotifier? FromEnvironment()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } socket)
            return null;
        var isTimed = long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), CultureInfo.InvariantCulture,
            out var microseconds);
        return new ServiceNotifier(socket, isTimed ? microseconds * NanosecondsPerMicrosecond / 2 : null);
    }

    public void StepDone()
    {
        if (!_isReady)
        {
            _isReady = true;
            _last = MonotonicClock.Now;
            Posix.SendDatagram(_socket, "READY=1"u8);
        }
        else if (_interval is { } interval && MonotonicClock.Now - _last >= interval)
        {
            _last = MonotonicClock.Now;
            Posix.SendDatagram(_socket, Alive);
        }
    }

    /// <summary>A new program was asked for and looked at; told as the manual asks, with the time at which it began.</summary>
    /// <param name="begin">Nanoseconds of the monotonic clock.</param>
    public void Reloaded(long begin)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={begin / NanosecondsPerMicrosecond}");
        Posix.SendDatagram(_socket, Encoding.ASCII.GetBytes(text));
        Posix.SendDatagram(_socket, "READY=1"u8);
    }

    public void Stopping() => Posix.SendDatagram(_socket, "STOPPING=1"u8);
}
