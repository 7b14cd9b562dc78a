using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Tool.Usage;

/// <summary>Runs the command that the arguments name. Failures become one line on stderr and an exit code.</summary>
internal static class CommandRunner
{
    public const string ExitCodes =
        "Exit codes: 0 ok, 1 a check failed, 2 usage, 3 bad file or data, 4 unsupported, 5 device or I/O, 130 interrupted.";

    // A word that starts with @ is no file with more arguments, and -ab is not -a -b.
    private static readonly ParserConfiguration Parsing = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <param name="name">The tool's name, for hints.</param>
    /// <param name="root">Its commands.</param>
    /// <param name="arguments">Gives what the user typed; nothing is a request for help.</param>
    public static int Run(string name, RootCommand root, Func<string[]> arguments)
    {
        try
        {
            // The console's own stream is silent where the reader has gone away, and fails with a stack trace on a full disk.
            Console.SetOut(new StreamWriter(StandardOutputStream.Open(), new UTF8Encoding(false)) { AutoFlush = true });
            foreach (var option in root.Options)
            {
                if (option is HelpOption)
                    option.Action = new HelpTextAction(name);
            }

            var result = root.Parse(arguments() is [_, ..] typed ? typed : ["--help"], Parsing);
            if (result.Errors.Count > 0)
                throw UsageError(name, result);
            return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (EdgeSeqException e)
        {
            Tell(e.Line);
            return (int)e.ExitCode;
        }
        catch (OutputClosedException)
        {
            return (int)ExitCode.Ok;
        }
    }

    private static void Tell(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (IOException)
        {
            // Where nobody can be told, the exit code is left.
        }
    }

    private static EdgeSeqException UsageError(string name, ParseResult result)
    {
        var command = result.CommandResult.Command;
        var help = command is RootCommand ? $"{name} --help" : $"{name} {command.Name} --help";
        if (result.UnmatchedTokens is not [var unknown, ..])
            return new EdgeSeqException(ErrorCodes.UsageInvalid, result.Errors[0].Message.TrimEnd('.'), help);
        var kind = command is RootCommand ? "command or option" : "option or argument";
        var meant = Suggestion.For(result, unknown);
        return new EdgeSeqException(
            ErrorCodes.UsageInvalid, $"there is no {kind} '{unknown}' here", meant is null ? help
            : $"did you mean {meant}? {help} shows all");
    }
}
