using EdgeSeq.Device.Sinks;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Tool.Arguments;
using EdgeSeq.Tool.Commands;

namespace EdgeSeq.Tool;

/// <summary>Finds the command, and turns failures into one line on stderr and an exit code.</summary>
internal static class CommandLine
{
    private static readonly CommandDefinition[] Commands =
    [
        RunCommand.Definition,
        BenchCommand.Definition,
        InspectCommand.Definition,
        SelfTestCommand.Definition,
        DemoCommand.Definition,
    ];

    public static int Run(string[] arguments)
    {
        try
        {
            return Dispatch(arguments);
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

    private static int Dispatch(string[] arguments)
    {
        if (arguments is [])
            throw new EdgeSeqException(ErrorCodes.UsageInvalid, "a command is missing", "edgeseq --help");
        if (IsHelp(arguments[0]))
            return Print(HelpText.Of(Commands));
        if (arguments[0] == "--version")
            return Print($"{typeof(CommandLine).Assembly.GetName().Version!.ToString(fieldCount: 3)}\n");
        var command = Array.Find(Commands, command => command.Name == arguments[0])
            ?? throw new EdgeSeqException(ErrorCodes.UsageInvalid, $"there is no command '{arguments[0]}'", "edgeseq --help");
        return Array.Exists(arguments, IsHelp)
            ? Print(HelpText.Of(command))
            : command.Run(new ParsedArguments(command, arguments.AsSpan(1)));
    }

    private static bool IsHelp(string argument) => argument is "--help" or "-h" or "-?";

    private static int Print(string text)
    {
        Console.Out.Write(text);
        return (int)ExitCode.Ok;
    }
}
