using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using EdgeSeq.Tool.Arguments;
using EdgeSeq.Tool.Inspect;
using EdgeSeq.Tool.Json;

namespace EdgeSeq.Tool.Commands;

/// <summary><c>edgeseq inspect PROGRAM</c>: what a program takes, gives, keeps and computes.</summary>
internal static class InspectCommand
{
    private static readonly Option Graph = new("--graph", "mermaid|dot", "Print a drawing of the program instead, for Mermaid or Graphviz");

    public static CommandDefinition Definition { get; } = new(
        "inspect",
        "Show a program's inputs, outputs, state, ops and origin",
        TakesProgram: true,
        [Graph, Option.Json],
        Run);

    private static int Run(ParsedArguments arguments)
    {
        if (arguments.Has(Graph) && arguments.Has(Option.Json))
            throw new EdgeSeqException(ErrorCodes.UsageInvalid, "--graph and --json exclude each other", "edgeseq inspect --help");
        var draw = arguments.Choice<Func<ProgramGraph, string>>(Graph, ("mermaid", MermaidText.Of), ("dot", DotText.Of));
        using var model = Model.Load(arguments.Program);
        var report = InspectReport.Of(arguments.Program, model);
        if (arguments.Has(Graph))
            Console.Out.Write(draw(ProgramGraph.Of(model.Program)));
        else if (arguments.Has(Option.Json))
            ReportJson.Print(report);
        else
            Console.Out.Write(InspectText.Of(report));
        return (int)ExitCode.Ok;
    }
}
