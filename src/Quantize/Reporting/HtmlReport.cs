using System.Globalization;
using System.Net;
using System.Text;
using EdgeSeq.Quantize.Quantization;
using EdgeSeq.Quantize.Verification;

namespace EdgeSeq.Quantize.Reporting;

/// <summary>A verification as one HTML page that needs nothing beside it.</summary>
public static class HtmlReport
{
    private const string Style =
        """
        body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
        table{border-collapse:collapse;margin:.5rem 0}td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #ddd}
        td:first-child,th:first-child{text-align:left}svg{max-width:100%;height:auto;font-size:12px}svg text{fill:#555}
        .line{fill:none;stroke:#1668b8;stroke-width:1.5}.bar{fill:#1668b8}.warns{fill:#c4361c}.axis{fill:none;stroke:#999}
        .failed{color:#c4361c;font-weight:600}.passed{color:#1a7a3a;font-weight:600}
        @media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}td,th{border-color:#444}svg text{fill:#aaa}}
        """;

    public static string Of(VerifyReport report)
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Append(Text($"<title>{Encoded(Path.GetFileName(report.Program))}</title><style>{Style}</style></head><body>\n"));
        AppendSummary(page, report);
        foreach (var output in report.Outputs)
        {
            AppendOutput(page, output);
        }

        AppendNodes(page, report);
        return page.Append("</body></html>\n").ToString();
    }

    private static void AppendSummary(StringBuilder page, VerifyReport report)
    {
        page.Append(Text($"<h1>{Encoded(Path.GetFileName(report.Program))}</h1>"));
        page.Append(Text($"<p>Compared with ONNX Runtime on {Encoded(Path.GetFileName(report.Model))}: {report.Recordings:N0} recordings of {Encoded(Path.GetFileName(report.Data))}, {report.Steps:N0} steps, {report.Mode} mode. "));
        page.Append(Text($"{report.Int8MacShare:P1} of the multiplications are int8. Weights: {report.Sizes.ProgramWeights:N0} bytes, in float {report.Sizes.F32Weights:N0}; file: {report.Sizes.Program:N0} bytes, the ONNX file {report.Sizes.Onnx:N0}.</p>\n"));
        page.Append(report.Failures.Count == 0 ? "<p class=\"passed\">No threshold is broken.</p>" : string.Concat(report.Failures.Select(failure => $"<p class=\"failed\">{Encoded(failure)}</p>")));
    }

    private static void AppendOutput(StringBuilder page, VerifiedOutput output)
    {
        page.Append(Text($"\n<h2>Output {Encoded(output.Name)}</h2>\n"));
        page.Append("<table><tr><th></th><th>compared</th><th>max error</th><th>mean error</th><th>SQNR dB</th><th>cosine</th><th>agreement</th></tr>");
        AppendError(page, "program against ONNX Runtime", output.Error);
        AppendError(page, "f32 program against ONNX Runtime", output.F32);
        AppendError(page, "program against f32 program", output.AgainstF32);
        page.Append("</table>\n");
        if (output.Accuracy is { } accuracy)
        {
            page.Append("<table><tr><th>accuracy</th><th>share</th><th>95 % interval</th></tr>");
            AppendAccuracy(page, "ONNX Runtime", accuracy.Onnx);
            AppendAccuracy(page, "f32 program", accuracy.F32);
            AppendAccuracy(page, "program", accuracy.Int8);
            page.Append("</table>\n");
        }

        var parts = output.OverTime.Select((part, i) => ((double)i * output.StepsPerPart, part.RmsError)).ToArray();
        if (parts.Length > 1)
        {
            page.Append("<h3>Error over time</h3>\n").Append(Svg.Line("step of the recording", "rms difference from the f32 program", parts));
        }

        if (output.Confusion is { } confusion)
        {
            AppendConfusion(page, output, confusion);
        }
    }

    private static void AppendConfusion(StringBuilder page, VerifiedOutput output, long[][] confusion)
    {
        string Name(int index) => Encoded(output.Labels is { } labels && labels.Count == confusion.Length ? labels[index] : index.ToString(CultureInfo.InvariantCulture));
        page.Append("<h3>Confusion</h3>\n<table><tr><th>true \\ decided</th>");
        page.Append(string.Concat(Enumerable.Range(0, confusion.Length).Select(i => $"<th>{Name(i)}</th>"))).Append("</tr>");
        for (int i = 0; i < confusion.Length; i++)
        {
            page.Append(Text($"<tr><td>{Name(i)}</td>{string.Concat(confusion[i].Select(count => Text($"<td>{count}</td>")))}</tr>"));
        }

        page.Append("</table>\n");
    }

    private static void AppendNodes(StringBuilder page, VerifyReport report)
    {
        if (report.Nodes.Count == 0)
        {
            return;
        }

        page.Append("\n<h2>Nodes</h2>\n<h3>Signal over quantisation error</h3>\n");
        var compared = report.Nodes.Where(node => node.SqnrDb is not null).Select(node => (node.Name, node.SqnrDb!.Value, node.SqnrDb < VerifyReport.DivergingSqnrDb)).ToArray();
        page.Append(compared.Length > 0 ? Svg.Bars(compared, "dB") : "<p>No node differs.</p>");
        page.Append("<table><tr><th>node</th><th>op</th><th>precision</th><th>multiplications</th></tr>");
        page.Append(string.Concat(report.Nodes.Select(node => Text($"<tr><td>{Encoded(node.Name)}</td><td>{node.Op}</td><td>{node.Precision}</td><td>{node.Macs:N0}</td></tr>"))));
        page.Append("</table>\n");
        foreach (var node in report.Nodes.Where(node => node.CodeCounts.Length > 0))
        {
            page.Append(Text($"<h3>Weights of {Encoded(node.Name)}</h3>\n<p>How often each int8 code stands in them, without 0.</p>"));
            page.Append(Svg.Histogram(Text($"−{RowQuantizer.Largest}"), Text($"{RowQuantizer.Largest}"), node.CodeCounts));
        }
    }

    private static void AppendError(StringBuilder page, string what, OutputError error) => page.Append(Text(
        $"<tr><td>{what}</td><td>{error.Compared:N0}</td><td>{error.MaxError:g3}</td><td>{error.MeanError:g3}</td><td>{error.SqnrDb:0.0}</td><td>{error.Cosine:0.000000}</td><td>{error.Agreement:P2}</td></tr>"));

    private static void AppendAccuracy(StringBuilder page, string what, Accuracy accuracy) => page.Append(Text(
        $"<tr><td>{what}</td><td>{accuracy.Share:P2}</td><td>{accuracy.Interval.Low:P1} to {accuracy.Interval.High:P1}</td></tr>"));

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
