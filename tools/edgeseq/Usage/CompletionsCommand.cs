using System.CommandLine;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Tool.Usage;

/// <summary><c>completions bash|zsh|fish</c>: a script for the shell that asks the tool itself what can follow.</summary>
internal static class CompletionsCommand
{
    /// <summary>NAME is the tool. With the words <c>[suggest:POSITION] LINE</c> the tool prints what may stand at that position, a line
    /// each.</summary>
    private const string Bash = """
        _NAME() {
            local candidates
            candidates=$("$1" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
            COMPREPLY=($(compgen -W "$candidates" -- "$2"))
        }
        complete -o default -F _NAME NAME
        """;

    private const string Zsh = """
        #compdef NAME
        _NAME() {
            local candidates=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -a candidates || _files
        }
        if [ "$funcstack[1]" = _NAME ]; then _NAME "$@"; else compdef _NAME NAME; fi
        """;

    private const string Fish = """
        function __NAME_words
            set -l line (commandline -cp)
            NAME "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c NAME -a '(__NAME_words)'
        """;

    public static Command Create(string tool)
    {
        var shell = Arguments.Word("SHELL", "The shell that the script is for", "bash", "zsh", "fish");
        var command = new GuidedCommand("completions", "Print a script that completes commands and options in a shell") { shell };
        command.AddExample("completions bash > ~/.local/share/bash-completion/completions/" + tool, "For every new shell");
        command.SetAction(result =>
        {
            var script = result.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish };
            Console.Out.WriteLine(script.Replace("NAME", tool, StringComparison.Ordinal));
            return (int)ExitCode.Ok;
        });
        return command;
    }
}
