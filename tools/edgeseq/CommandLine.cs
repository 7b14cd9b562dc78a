using System.CommandLine;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Tool.Commands;
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
            CompletionsCommand.Create(Name),
        };
        // The core build leaves out what a person looks at.
        if (SensorSupport.IsIncluded)
            root.Add(DemoCommand.Create());
        return root;
    }
}
