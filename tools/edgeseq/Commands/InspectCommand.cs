using System.CommandLine;
using EdgeSeq.Device.State;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Tool.Inspect;
using EdgeSeq.Tool.Json;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.Tool.Commands;

/// <summary><c>edgeseq inspect PROGRAM</c>: what a program takes, gives, keeps and computes.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var program = Arguments.Program();
        var graph = Arguments.Choice<Func<ProgramGraph, string>?>(
            "--graph", "Print a drawing of the program instead, for Mermaid or Graphviz", ("mermaid", MermaidText.Of), ("dot", DotText.Of));
        var json = Arguments.Json();
        var command = new GuidedCommand("inspect",
            "Show a program's inputs, outputs, state, ops and origin, or what a snapshot belongs to") { program, graph, json };
        command.AddExample("inspect mine.eseq", "Tables of all that is in it");
        command.AddExample("inspect mine.eseq --graph dot | dot -Tsvg -o mine.svg", "A drawing, by Graphviz");
        command.SetAction(result => Run(result.GetValue(program)!, result.GetValue(graph), result.GetValue(json)));
        return command;
    }

    private static int Run(string path, Func<ProgramGraph, string>? draw, bool asJson)
    {
        if (draw is not null && asJson)
            throw new EdgeSeqException(ErrorCodes.UsageInvalid, "--graph and --json exclude each other", "edgeseq inspect --help");
        if (draw is null && SnapshotInfo.IsSnapshot(path))
            return PrintSnapshot(path, asJson);
        using var model = Model.Load(path);
        var report = InspectReport.Of(path, model);
        if (draw is not null)
            Console.Out.Write(draw(ProgramGraph.Of(model.Program)));
        else if (asJson)
            ReportJson.Print(report);
        else
            Console.Out.Write(InspectText.Of(report));
        return (int)ExitCode.Ok;
    }

    private static int PrintSnapshot(string path, bool asJson)
    {
        var info = SnapshotInfo.Read(path);
        if (asJson)
        {
            ReportJson.Print(new SnapshotReport(path, info));
        }
        else
        {
            Console.Out.WriteLine($"snapshot    after {info.Steps:N0} steps, {info.Bytes:N0} bytes");
            Console.Out.WriteLine($"program     checksum {info.ProgramSha256}");
            if (info.Rule is { } rule)
                Console.Out.WriteLine($"decides     {rule}");
        }

        return (int)ExitCode.Ok;
    }
}
