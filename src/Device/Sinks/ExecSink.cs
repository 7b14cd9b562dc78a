namespace EdgeSeq.Device.Sinks;

/// <summary>Runs a command of the shell for each start and each end of an event, with the event's JSON object on its standard input, one
/// after another. Started by the C library: the framework's processes come with its sockets, a fifth of a megabyte of the device
/// binary.</summary>
internal sealed class ExecSink(string command, SinkContext context) : EventQueue($"exec:{command}", context)
{
    protected override string? Deliver(byte[] json) => Posix.RunInShell(command, [.. json, (byte)'\n']) switch
    {
        null => "cannot be started",
        0 => null,
        var code => $"ended with exit code {code}",
    };
}
