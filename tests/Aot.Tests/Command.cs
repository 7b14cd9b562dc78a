using System.Diagnostics;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests;

/// <summary>A program to start: what comes before its arguments, and the environment variables that it gets.</summary>
internal sealed record Command(IReadOnlyList<string> Start, IReadOnlyDictionary<string, string> Environment)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public Command(params string[] start)
        : this(start, new Dictionary<string, string>())
    {
    }

    /// <summary>Where it starts.</summary>
    public string Folder { get; init; } = Repository.Root;

    /// <summary>Runs to the end; throws with the program's words if it fails.</summary>
    /// <returns>Standard output.</returns>
    public string Run(params ReadOnlySpan<string> arguments)
    {
        var (exitCode, output, errors) = TryRun(arguments);
        if (exitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', [.. Start, .. arguments])}: exit code {exitCode}\n{output}\n{errors}");
        return output;
    }

    public (int ExitCode, string Output, string Errors) TryRun(params ReadOnlySpan<string> arguments)
    {
        using var process = Process.Start(StartInfo(arguments))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', Start)} did not end within {Limit}");
        }

        process.WaitForExit();
        return (process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Milliseconds from starting the process to the first byte on its standard output.</summary>
    public double TimeToFirstOutput(params ReadOnlySpan<string> arguments)
    {
        var start = StartInfo(arguments);
        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var first = process.StandardOutput.BaseStream.ReadByte();
        var time = Stopwatch.GetElapsedTime(begin);
        process.WaitForExit();
        Assert.NotEqual(-1, first);
        return time.TotalMilliseconds;
    }

    private ProcessStartInfo StartInfo(ReadOnlySpan<string> arguments)
    {
        var info = new ProcessStartInfo(Start[0], [.. Start.Skip(1), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        // What the tests were started with must not decide which kernels run.
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("DOTNET_Enable", StringComparison.Ordinal)
            || name == "EDGESEQ_ISA").ToArray())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in Environment)
            info.Environment[name] = value;
        return info;
    }
}
