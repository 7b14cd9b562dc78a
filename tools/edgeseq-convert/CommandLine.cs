using System.CommandLine;
using System.Runtime.InteropServices;
using EdgeSeq.ConvertTool.Commands;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.ConvertTool;

/// <summary>The commands of edgeseq-convert, and how their failures become one line on stderr and an exit code.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        // Files take their names when they are whole, so the process may end at any point.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.Exit((int)ExitCode.Interrupted));
        try
        {
            var result = Root().Parse(args);
            if (result.Errors.Count > 0)
            {
                throw UsageError(result);
            }

            return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (EdgeSeqException error)
        {
            Console.Error.WriteLine(error.Line);
            return (int)error.ExitCode;
        }
    }

    private static RootCommand Root() => new("Turns trained ONNX models into step programs and shows how well they fit.")
    {
        ConvertCommand.Create(),
        VerifyCommand.Create(),
    };

    private static EdgeSeqException UsageError(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var path = command is RootCommand ? "edgeseq-convert" : $"edgeseq-convert {command.Name}";
        var problem = result.UnmatchedTokens is [var unknown, ..] ? $"there is no command, option or argument '{unknown}' here" : result.Errors[0].Message.TrimEnd('.');
        return new EdgeSeqException(ErrorCodes.UsageInvalid, problem, $"{path} --help");
    }
}
