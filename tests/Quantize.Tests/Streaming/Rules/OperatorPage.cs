using System.Text;
using EdgeSeq.Quantize.Onnx.Decomposition;
using EdgeSeq.Quantize.Streaming;

namespace EdgeSeq.Quantize.Tests.Streaming.Rules;

/// <summary>docs/operators.md as it follows from the registry.</summary>
internal static class OperatorPage
{
    private const string Introduction = """
        # ONNX operators

        Opsets 7 to 26. *Step and window*: the op runs in a graph that is one step, or over a whole window. *Stream*: what it becomes when a
        graph over a sequence runs one element at a time; an input along which the rule does not hold is refused with the node's name. All
        ops compute in float32; *int8* says what an int8 program (the default) stores and multiplies in 8 bits.

        Nodes whose inputs are constants or shapes (Shape, Range, ConstantOfShape, NonZero, …) need no entry: they are folded by running
        them. So are parts of a graph that depend only on the length of the sequence, such as causal masks and position tables.

        This page is generated from the registry; to write it again:
        `EDGESEQ_UPDATE_DOCS=1 dotnet run --project tests/Quantize.Tests -- -class EdgeSeq.Quantize.Tests.Streaming.Rules.OperatorPageTests`
        """;

    public static string Text(OpTable table)
    {
        var page = new StringBuilder(Introduction);
        page.Append($"\n\n{table.Entries.Count()} operators:\n\n| operator | domain | step and window | int8 | stream |\n"
            + "| --- | --- | --- | --- | --- |\n");
        foreach (var entry in table.Entries)
        {
            var (runs, stream) = (entry.Lower is null && !entry.RunsBody ? "–" : "yes", entry.Stream is null ? "–" : entry.Summary);
            page.Append($"| {entry.OpType} | {Domain(entry)} | {runs} | {entry.Int8 ?? "–"} | {stream} |\n");
        }

        page.Append("\nThese are written out as the plain operators that they stand for, where their options have such a form:\n");
        page.AppendJoin(", ", Decomposer.Ops).Append(".\n");
        return page.ToString();
    }

    private static string Domain(OpEntry entry) => entry.Domain is "" ? "ai.onnx" : entry.Domain;
}
