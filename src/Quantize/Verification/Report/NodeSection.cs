using System.Text;
using EdgeSeq.Quantize.Int8;
using static EdgeSeq.Quantize.Verification.Report.Markup;

namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>What the page says of the nodes: where the error comes in, and what int8 has to hold.</summary>
internal static class NodeSection
{
    public static string Of(VerifyReport report)
    {
        if (report.Nodes.Count == 0)
            return "";

        var section = new StringBuilder(
            Text($"<h2>Nodes</h2>\n<p>From the first {Math.Min(report.Steps, NodeComparison.MaxSteps):N0} steps, against the same node of the float program. "))
            .Append(report.FirstDivergingNode is string node
                ? Text($"The first node below {VerifyReport.DivergingSqnrDb} dB is <b>{Encoded(node)}</b>.</p>\n")
                : Text($"No node falls below {VerifyReport.DivergingSqnrDb} dB.</p>\n"));
        var compared = report.Nodes.Where(node => node.SqnrDb is not null)
            .Select(node => (node.Name, node.SqnrDb!.Value, node.SqnrDb < VerifyReport.DivergingSqnrDb)).ToArray();
        section.Append(compared.Length == 0
            ? "<p>No node differs.</p>\n"
            : Figure("Signal over quantisation error of each node", Svg.Bars("SQNR, dB", "dB", compared, VerifyReport.DivergingSqnrDb),
            Text($"Dashed: {VerifyReport.DivergingSqnrDb} dB.")));
        section.Append(Nodes(report.Nodes));
        foreach (var quantised in report.Nodes.Where(node => node.CodeCounts.Length > 0))
        {
            section.Append(Text($"<h2>What int8 holds in {Encoded(quantised.Name)}</h2>\n<div class=\"plots\">"))
                .Append(Weights(quantised));
            section.Append(string.Concat(quantised.Inputs.Select(input => Activations(quantised, input)))).Append("</div>\n");
        }

        return section.ToString();
    }

    private static string Nodes(IReadOnlyList<VerifiedNode> nodes) => Table(
        "Nodes that multiply, look up or normalise",
        ["node", "op", "precision", "multiplications a tick", "SQNR, dB"],
        nodes.Select(node => (IEnumerable<string>)[Encoded(node.Name), node.Op, node.Precision ?? "", Text($"{node.Macs:N0}"),
            node.SqnrDb is double sqnr ? Text($"{sqnr:0.0}") : "-"]));

    private static string Weights(VerifiedNode node) => Figure(
        Text($"Weights of {Encoded(node.Name)}"),
        Svg.Histogram("int8 code", "weights", -RowQuantizer.Largest - 0.5, RowQuantizer.Largest + 0.5, node.CodeCounts),
        "Code times the scale of its row is the weight. Without 0, which the padding has too.");

    private static string Activations(VerifiedNode node, MatrixInput input)
    {
        var title = Text($"{(input.IsState ? "State" : "Input")} of {Encoded(node.Name)}");
        var values = input.Values;
        return values.Bins.IsEmpty
            ? Figure(title, "", "All zero.")
            : Figure(title, Svg.Histogram("value that the int8 matrix multiplies", "values", values.From, values.To, values.Bins), Text(
                $"{values.Least:g3} to {values.Largest:g3}; {(double)values.Zeros / values.Count:P1} are 0 and not drawn. {(input.StaticLimit is float limit ? Text($"int8 reaches ±{limit:g3}.") : "Each vector has an int8 range of its own.")}"));
    }
}
