using System.Diagnostics;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary><c>run --watch</c> on a pseudo terminal of 60 columns, which <c>script</c> (util-linux) makes.</summary>
public sealed class WatchTests : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?1l\e>\e[?25h\e[?1049l";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_terminal_shows_the_run_and_is_given_back()
    {
        var (exitCode, output) = OnTerminal("xterm", "--steps 60");

        Assert.Equal(0, exitCode);
        Assert.Contains("steps, 60 with output", Between(output, Leave, null), StringComparison.Ordinal);
        var shown = Between(output, Enter, Leave);
        Assert.All(["EdgeSeq  activity", "walking", "p50", "faults"], words => Assert.Contains(words, shown, StringComparison.Ordinal));
        Assert.DoesNotContain("top", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_gives_it_back_too()
    {
        // The terminal turns the character into the signal, as under a person's hand.
        var (exitCode, output) = OnTerminal("xterm", "", input: "\x03");

        Assert.Equal(130, exitCode);
        Assert.EndsWith("interrupted after", Between(output, Leave, null).Trim()[..17], StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_the_run_gives_it_back_before_it_is_told()
    {
        var (exitCode, output) = OnTerminal("xterm", "--on-fault stop", source: "sim:mpu6050:3,units=g,faults=30000");

        Assert.Equal(5, exitCode);
        Assert.Contains("error ES0611", Between(output, Leave, null), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dumb_terminal_gets_the_table_and_no_escape_sequence()
    {
        var (exitCode, output) = OnTerminal("dumb", "--steps 5");

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain('\e', output);
        Assert.Contains("walking", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_terminal_it_does_nothing()
    {
        string[] run = ["run", Programs.Activity, "--source", "sim:walking", "--steps", "5", "--sink", "jsonl:-"];

        Assert.Equal(Edgeseq.Run(run).Out, Edgeseq.Run([.. run, "--watch"]).Out);
    }

    [Fact]
    public void Nothing_else_may_want_the_terminal()
    {
        var (exitCode, output) = OnTerminal("xterm", "--steps 5 --sink jsonl:-");

        Assert.Equal(2, exitCode);
        Assert.Contains("ES0704: --sink jsonl:- and --watch want standard output", output, StringComparison.Ordinal);
    }

    private static string Between(string text, string start, string? end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal);
        Assert.True(from >= 0, $"no {start.Replace("\e", "ESC", StringComparison.Ordinal)} in {text}");
        var rest = text[(from + start.Length)..];
        return end is null ? rest : rest[..rest.IndexOf(end, StringComparison.Ordinal)];
    }

    /// <param name="input">Typed once the view is there.</param>
    private (int ExitCode, string Output) OnTerminal(string term, string options, string source = "sim:walking", string? input = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "needs script of util-linux");
        var tool = Path.Combine(AppContext.BaseDirectory, "edgeseq.dll");
        var command = $"stty cols 60 rows 40; exec dotnet '{tool}' run '{Programs.Activity}' --source '{source}' --rate 100 --watch {options}";
        var start = new ProcessStartInfo("script", ["-qec", command, _folder.File("typescript")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = term;
        start.Environment.Remove("NO_COLOR");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        if (input is not null)
        {
            var typescript = new FileInfo(_folder.File("typescript"));
            while (!process.HasExited && (!typescript.Exists || !File.ReadAllText(_folder.File("typescript")).Contains("Ctrl-C", StringComparison.Ordinal)))
            {
                Thread.Sleep(20);
                typescript.Refresh();
            }

            process.StandardInput.Write(input);
            process.StandardInput.Flush();
        }

        process.WaitForExit();
        return (process.ExitCode, output.Result);
    }
}
