using System.Runtime.InteropServices;
using EdgeSeq.Device.Run;

namespace EdgeSeq.Tool.Commands;

/// <summary>SIGUSR1 asks a run for its new program, which is what <c>systemctl reload</c> sends. A run that follows no file says so,
/// instead of being ended by the signal.</summary>
internal sealed class ReloadSignal : IDisposable
{
    private const int LinuxNumber = 10;
    private const int OtherNumber = 30;

    private readonly PosixSignalRegistration? _registration;

    public ReloadSignal(ProgramFollower? follower, Action<string> warn)
    {
        if (OperatingSystem.IsWindows())
            return;
        var signal = (PosixSignal)(OperatingSystem.IsLinux() ? LinuxNumber : OtherNumber);
        _registration = PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (follower is null)
                warn("SIGUSR1 asks for a new program: this run was started without --reload and keeps its own");
            else
                follower.Request();
        });
    }

    public void Dispose() => _registration?.Dispose();
}
