using System.Diagnostics;
using System.Text;

namespace EdgeSeq.Fuzz.Tests;

/// <summary>One run of <c>fuzz TARGET FOLDER</c> in a process of its own.</summary>
/// <param name="Last">Name of the last file that it began with.</param>
/// <param name="Finding">What it did wrong on that file; null where it reached the end, or native code aborted.</param>
internal sealed record Replayed(string Last, string? Finding)
{
    /// <param name="patience">How long one file may take.</param>
    public static Replayed Run(string target, string folder, TimeSpan patience)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "fuzz.dll"), target, folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var (last, error, clock) = ("", new StringBuilder(), Stopwatch.StartNew());
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => (last, clock) = line.Data is { Length: > 0 } name ? (name, Stopwatch.StartNew())
            : (last, clock);
        process.ErrorDataReceived += (_, line) => error.Append(line.Data).Append('\n');
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.WaitForExit(TimeSpan.FromSeconds(1)))
        {
            if (clock.Elapsed < patience)
                continue;
            process.Kill();
            process.WaitForExit();
            return new Replayed(last, $"it took more than {patience}");
        }

        process.WaitForExit();
        var text = error.ToString();
        return new Replayed(last, text.Contains("Unhandled exception.", StringComparison.Ordinal) ? text : null);
    }
}
