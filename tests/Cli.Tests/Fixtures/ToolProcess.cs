using System.Diagnostics;
using System.Globalization;

namespace EdgeSeq.Cli.Tests.Fixtures;

/// <summary>Runs a tool that was built with the tests, as a process of its own.</summary>
internal static class ToolProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static ToolResult Run(string tool, string input, string[] arguments)
    {
        using var process = Start(tool, arguments);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{tool} {string.Join(' ', arguments)} did not end");
        }

        return new ToolResult(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Runs it by a shell, with the redirections of a command line.</summary>
    public static ToolResult RunInShell(string tool, string arguments)
    {
        var start = new ProcessStartInfo("sh", ["-c", $"dotnet '{Path.Combine(AppContext.BaseDirectory, $"{tool}.dll")}' {arguments}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return new ToolResult(process.ExitCode, output.Result, error);
    }

    /// <summary>Starts it with all its streams redirected.</summary>
    public static Process Start(string tool, string[] arguments, params ReadOnlySpan<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{tool}.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>The only child of a process on Linux; null where there is none, yet or any more.</summary>
    public static int? WorkerOf(int parent)
    {
        try
        {
            return int.TryParse(File.ReadAllText($"/proc/{parent}/task/{parent}/children").Trim(), CultureInfo.InvariantCulture,
                out var child) ? child : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
