using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Tool.Arguments;
using EdgeSeq.Tool.Inspect;
using EdgeSeq.Tool.Json;

namespace EdgeSeq.Tool.Commands;

/// <summary><c>edgeseq inspect PROGRAM</c>: what a program takes, gives, keeps and computes.</summary>
internal static class InspectCommand
{
    public static CommandDefinition Definition { get; } = new(
        "inspect",
        "Show a program's inputs, outputs, state, ops and origin",
        TakesProgram: true,
        [Option.Json],
        arguments => Run(arguments.Program, arguments.Has(Option.Json)));


    private static int Run(string path, bool asJson)
    {
        using var model = Model.Load(path);
        var report = InspectReport.Of(path, model);
        if (asJson)
            ReportJson.Print(report);
        else
            Console.Out.Write(InspectText.Of(report));
        return (int)ExitCode.Ok;
    }
}
