using System.Runtime.InteropServices;

namespace EdgeSeq.Device;

/// <summary>Set once when the user or the system asks the program to end. The run loop, pacing and reads from standard input look at
/// it.</summary>
public sealed class StopSignal : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private volatile bool _isSet;

    public bool IsSet => _isSet;

    public void Set() => _isSet = true;

    /// <summary>Makes Ctrl-C, a termination request and a hang-up set the signal instead of ending the process.</summary>
    public void ListenToProcess()
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Set();
            }));
        }
    }

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
}
