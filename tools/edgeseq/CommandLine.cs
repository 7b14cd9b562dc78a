using System.CommandLine;
using EdgeSeq.Tool.Commands;
using EdgeSeq.Tool.Demo;
using EdgeSeq.Tool.Config;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.Tool;

/// <summary>The commands of edgeseq.</summary>
internal static class CommandLine
{
    private const string Name = "edgeseq";

    public static int Run(string[] arguments)
    {
        var run = RunCommand.Create();
        return CommandRunner.Run(Name, Root(run), () => ConfigFile.Expand(run, arguments));
    }

    internal static RootCommand Root(Command run)
    {
        var root = new RootCommand($"Runs trained sequence models one time step at a time. {CommandRunner.ExitCodes}")
        {
            run,
            BenchCommand.Create(),
            InspectCommand.Create(),
            SelfTestCommand.Create(),
            SensorsCommand.Create(),
        };
        if (DemoSupport.IsIncluded)
            root.Add(DemoCommand.Create());
        root.Add(CompletionsCommand.Create(Name));
        return root;
    }
}
