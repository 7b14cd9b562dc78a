using System.Globalization;
using System.Text;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.ConvertTool.Output;

/// <summary>A verification as people read it.</summary>
internal static class VerifyText
{
    public static string Of(VerifyReport report)
    {
        var text = new StringBuilder();
        text.Append($"{report.Program} against {report.Model} on {report.Data}: ")
            .AppendLine(Number($"{report.Recordings:N0} recordings, {report.Steps:N0} steps, {report.Mode} mode"));
        text.AppendLine().Append(Outputs(report));
        if (report.Outputs.Any(output => output.Accuracy is not null))
            text.AppendLine().Append(Accuracies(report));

        text.AppendLine().Append(Nodes(report)).AppendLine();
        text.Append(Number($"{report.Int8MacShare:P1} of the multiplications are int8; weights {report.Sizes.ProgramWeights:N0} bytes, "))
            .AppendLine(Number($"{report.Sizes.F32Weights:N0} in float"));
        text.AppendLine(report.FirstDivergingNode is string node
            ? $"first node below {VerifyReport.DivergingSqnrDb} dB: {node}"
            : $"no node falls below {VerifyReport.DivergingSqnrDb} dB");
        if (!report.HasThresholds)
            text.AppendLine("no threshold was set: --max-loss, --min-sqnr, --min-agreement and --max-error make a check of it");
        return text.ToString();
    }

    private static TextTable Outputs(VerifyReport report)
    {
        var table = new TextTable(
            ("output", false), ("compared", true), ("max error", true), ("mean error", true), ("SQNR dB", true), ("cosine", true),
            ("agreement", true), ("f32 max error", true));
        foreach (var output in report.Outputs)
        {
            table.Add(output.Name, Number($"{output.Error.Compared:N0}"), Number($"{output.Error.MaxError:g3}"),
                Number($"{output.Error.MeanError:g3}"),
                Optional(output.Error.SqnrDb, "0.0"), Optional(output.Error.Cosine, "0.000000"), Optional(output.Error.Agreement, "0.00 %"),
                    Number($"{output.F32.MaxError:g3}"));
        }

        return table;
    }

    private static TextTable Accuracies(VerifyReport report)
    {
        var table = new TextTable(("accuracy of", false), ("ONNX", true), ("f32", true), ("program", true), ("95 % interval", true),
            ("of", true));
        foreach (var output in report.Outputs)
        {
            if (output.Accuracy is { } accuracy)
            {
                var (low, high) = accuracy.Int8.Interval;
                table.Add(output.Name, Number($"{accuracy.Onnx.Share:P2}"), Number($"{accuracy.F32.Share:P2}"),
                    Number($"{accuracy.Int8.Share:P2}"),
                    Number($"{low:P1} to {high:P1}"), Number($"{accuracy.Int8.All:N0}"));
            }
        }

        return table;
    }

    private static TextTable Nodes(VerifyReport report)
    {
        var table = new TextTable(("node", false), ("op", false), ("precision", false), ("multiplications", true), ("SQNR dB", true));
        foreach (var node in report.Nodes)
            table.Add(node.Name, node.Op, node.Precision ?? "", Number($"{node.Macs:N0}"), Optional(node.SqnrDb, "0.0"));

        return table;
    }

    private static string Optional(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
