using System.Text;
using static EdgeSeq.Quantize.Verification.Report.Markup;

namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>A verification as one HTML page that needs nothing beside it: no network, no script.</summary>
public static class HtmlReport
{
    public static string Of(VerifyReport report)
    {
        var program = FileName(report.Program);
        var page = new StringBuilder(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Append(Text($"<title>{program}</title>\n<style>{ReportStyle.Css}</style></head><body>\n"));
        page.Append(Text(
            $"<h1>{program}</h1>\n<p>Compared with ONNX Runtime on {FileName(report.Model)}: {report.Recordings:N0} recordings of ")
                + Text($"{FileName(report.Data)}, {report.Steps:N0} steps, {report.Mode} mode.</p>\n"));
        page.Append(Body(report));
        return page.Append(OriginSection.Of(report)).Append("</body></html>\n").ToString();
    }

    /// <summary>The verdict and all that was found.</summary>
    internal static string Body(VerifyReport report)
    {
        var body = new StringBuilder(Verdict(report)).Append(Facts(report)).Append(SignalSection.Of(report.Signals));
        foreach (var output in report.Outputs)
            body.Append(OutputSection.Of(output));

        if (report.Timeline is { HasMore: true } timeline)
            body.Append(TimelineSection.Of(timeline));

        return body.Append(NodeSection.Of(report)).ToString();
    }

    internal static string Verdict(VerifyReport report) => report.Failures.Count == 0
        ? report.HasThresholds
            ? "<p class=\"passed\">No threshold is broken.</p>\n"
            : "<p class=\"open\">No threshold was set: nothing was demanded, so nothing can fail. <code>--max-loss</code>, "
                + "<code>--min-sqnr</code>, <code>--min-agreement</code> and <code>--max-error</code> set one.</p>\n"
        : string.Concat(report.Failures.Select(failure => $"<p class=\"failed\">{Encoded(failure)}</p>\n"));

    private static string Facts(VerifyReport report)
    {
        var sizes = report.Sizes;
        return "<dl class=\"facts\">"
            + Fact("weights", Text($"{sizes.ProgramWeights:N0} bytes"), Text($"{sizes.F32Weights:N0} in float"))
            + Fact("program file", Text($"{sizes.Program:N0} bytes"), Text($"{sizes.F32:N0} in float, ONNX file {sizes.Onnx:N0}"))
            + Fact("multiplications in int8", Text($"{report.Int8MacShare:P1}"), "of those by weights, keys and values")
            + Fact("first diverging node", report.FirstDivergingNode is string node ? Encoded(node) : "none",
            Text($"below {VerifyReport.DivergingSqnrDb} dB"))
            + "</dl>\n";
    }

    private static string Fact(string name, string value, string note) =>
        $"<div><dt>{name}</dt><dd>{value}<small>{note}</small></dd></div>";
}
