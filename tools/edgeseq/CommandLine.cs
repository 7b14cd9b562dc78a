using System.CommandLine;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Tool.Commands;

namespace EdgeSeq.Tool;

/// <summary>The commands of edgeseq, and how their failures become one line on stderr and an exit code.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        try
        {
            var result = Root().Parse(args);
            if (result.Errors.Count > 0)
                throw UsageError(result);
            return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (EdgeSeqException e)
        {
            Console.Error.WriteLine(e.Line);
            return (int)e.ExitCode;
        }
        catch (OutputClosedException)
        {
            return (int)ExitCode.Ok;
        }
    }

    private static RootCommand Root() => new("Runs trained sequence models one time step at a time.")
    {
        RunCommand.Create(),
        BenchCommand.Create(),
        InspectCommand.Create(),
        SelfTestCommand.Create(),
        DemoCommand.Create(),
    };

    private static EdgeSeqException UsageError(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var path = command is RootCommand ? "edgeseq" : $"edgeseq {command.Name}";
        var problem = result.UnmatchedTokens is [var unknown, ..] ? $"there is no command, option or argument '{unknown}' here" : result.Errors[0].Message.TrimEnd('.');
        return new EdgeSeqException(ErrorCodes.UsageInvalid, problem, $"{path} --help");
    }
}
