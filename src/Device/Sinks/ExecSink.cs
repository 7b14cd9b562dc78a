using System.ComponentModel;
using System.Diagnostics;

namespace EdgeSeq.Device.Sinks;

/// <summary>Runs a command of the shell for each start and each end of an event, with the event's JSON object on its standard input, one after
/// another.</summary>
internal sealed class ExecSink(string command, SinkContext context) : EventQueue($"exec:{command}", context)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected override string? Deliver(byte[] json)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardInput = true })!;
            Feed(process, json);
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                return $"did not end in {Patience.TotalSeconds:0} s and was ended";
            }

            return process.ExitCode == 0 ? null : $"ended with exit code {process.ExitCode}";
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return "cannot be started";
        }
    }

    /// <summary>A command need not read its input.</summary>
    private static void Feed(Process process, byte[] json)
    {
        try
        {
            process.StandardInput.BaseStream.Write([.. json, (byte)'\n']);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has gone already, or closed its input.
        }
    }
}
