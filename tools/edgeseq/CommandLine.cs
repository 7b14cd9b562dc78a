using System.CommandLine;
using EdgeSeq.Tool.Commands;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.Tool;

/// <summary>The commands of edgeseq.</summary>
internal static class CommandLine
{
    private const string Name = "edgeseq";

    public static int Run(string[] arguments) => CommandRunner.Run(Name, Root(), arguments);

    private static RootCommand Root() => new($"Runs trained sequence models one time step at a time. {CommandRunner.ExitCodes}")
    {
        RunCommand.Create(),
        BenchCommand.Create(),
        InspectCommand.Create(),
        SelfTestCommand.Create(),
        SensorsCommand.Create(),
        DemoCommand.Create(),
        CompletionsCommand.Create(Name),
    };
}
