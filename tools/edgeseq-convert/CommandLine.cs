using System.CommandLine;
using System.Runtime.InteropServices;
using EdgeSeq.ConvertTool.Commands;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.ConvertTool;

/// <summary>The commands of edgeseq-convert.</summary>
internal static class CommandLine
{
    private const string Name = "edgeseq-convert";

    public static int Run(string[] args)
    {
        // Files take their names when they are whole, so the process may end at any point.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.Exit((int)ExitCode.Interrupted));
        return CommandRunner.Run(Name, Root(), () => args);
    }

    internal static RootCommand Root() =>
        new($"Turns trained ONNX models into step programs and shows how well they fit. {CommandRunner.ExitCodes}")
        {
            ConvertCommand.Create(),
            VerifyCommand.Create(),
            BenchCommand.Create(),
            CompletionsCommand.Create(Name),
        };
}
