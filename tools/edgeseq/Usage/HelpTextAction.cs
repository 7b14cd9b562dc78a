using System.CommandLine;
using System.CommandLine.Invocation;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.Tool.Usage;

/// <summary>Prints the help of the command at hand.</summary>
internal sealed class HelpTextAction(string tool) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Console.Out.Write(HelpText.Of(tool, parseResult.CommandResult.Command, TerminalInfo.Width));
        return (int)ExitCode.Ok;
    }
}
