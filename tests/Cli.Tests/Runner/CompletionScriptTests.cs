using System.Diagnostics;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>The scripts of <c>completions</c> in the shells that they are for.</summary>
public sealed class CompletionScriptTests : IDisposable
{
    /// <summary>A person at a terminal, who types the first letters of a command and the tab key.</summary>
    private const string ZshSession = """
        zmodload zsh/zpty
        zpty shell "zsh -f -i"
        zpty -w shell 'autoload -U compinit; compinit -u -D; source <(edgeseq completions zsh)'
        zpty -w shell $'edgeseq ins\t--help > typed; mv typed done; exit'
        for i in {1..300}; do [ -e done ] && break; sleep 0.05; zpty -r -t shell shown; done
        cat done
        """;

    private readonly TempFolder _folder = new();

    public CompletionScriptTests()
    {
        foreach (var tool in new[] { "edgeseq", "edgeseq-convert" })
            Script.Write(_folder, tool, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, $"{tool}.dll")}' \"$@\"\n");
    }

    public void Dispose() => _folder.Dispose();

    [ShellFact("bash")]
    public void Bash_completes_a_command() => Assert.Equal("inspect\n", Run("bash", "--norc", "-c",
        "source <(edgeseq completions bash); COMP_LINE='edgeseq ins' COMP_POINT=11; _edgeseq edgeseq ins; echo ${COMPREPLY[@]}"));

    [ShellFact("zsh")]
    public void Zsh_completes_a_command_at_a_terminal() =>
        Assert.Contains("edgeseq inspect <PROGRAM>", Run("zsh", "-f", "-c", ZshSession), StringComparison.Ordinal);

    [ShellFact("fish")]
    public void Fish_completes_a_command_and_a_word() => Assert.Equal("inspect\nhold\n", Run("fish", "--no-config", "-c",
        "edgeseq completions fish | source; complete -C 'edgeseq ins'; complete -C 'edgeseq run x.eseq --on-fault h'"));

    [ShellFact("fish")]
    public void Fish_completes_the_converter_too() => Assert.Equal("verify\n", Run("fish", "--no-config", "-c",
        "edgeseq-convert completions fish | source; complete -C 'edgeseq-convert ver'"));

    private string Run(string shell, params string[] arguments)
    {
        var start = new ProcessStartInfo(shell, arguments) { WorkingDirectory = _folder.Root, RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{_folder.Root}:{start.Environment["PATH"]}";
        start.Environment["HOME"] = _folder.Root;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
