using System.Diagnostics;

namespace EdgeSeq.Models.Trials;

/// <summary>This program once more, in a process of its own that can neither take others' time nor end them.</summary>
internal static class OwnProcess
{
    /// <returns>What it printed, or the first line of why it failed; neither where it took longer than it may.</returns>
    public static (string? Output, string? Error) Run(TimeSpan timeout, params IEnumerable<string> arguments)
    {
        string[] host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(OwnProcess).Assembly.Location] : [];
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. host, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(timeout))
        {
            process.Kill();
            return (null, null);
        }

        process.WaitForExit();
        return process.ExitCode == 0 ? (output.Result, null) : (null, errors.Result.Split('\n')[0]);
    }
}
