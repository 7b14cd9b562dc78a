using System.Globalization;
using System.Text;
using static EdgeSeq.Quantize.Verification.Report.Markup;

namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>Several programs of one model on the same recordings, side by side; the whole page of each behind a fold.</summary>
public static class ComparisonPage
{
    /// <param name="reports">Of programs of one model, in the order of the columns.</param>
    public static string Of(IReadOnlyList<VerifyReport> reports)
    {
        var first = reports[0];
        var title = $"{FileName(first.Model)}: {reports.Count} programs";
        var page = new StringBuilder(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Append($"<title>{title}</title>\n<style>{ReportStyle.Css}</style></head><body>\n<h1>{title}</h1>\n");
        page.Append(Text(
            $"<p>Each compared with ONNX Runtime on the model: {first.Recordings:N0} recordings of {FileName(first.Data)}, ")
                + Text($"{first.Steps:N0} steps.</p>\n"));
        page.Append(Programs(reports));
        for (var output = 0; output < first.Outputs.Count; output++)
            page.Append(Output(reports, output));
        foreach (var report in reports)
        {
            page.Append($"<details><summary>{FileName(report.Program)} in full</summary>\n")
                .Append(HtmlReport.Body(report)).Append("</details>\n");
        }

        page.Append(OriginSection.Of(first)).Append("<dl class=\"origin\">");
        return page.Append(string.Concat(reports.Skip(1).Select(OriginSection.Program))).Append("</dl></body></html>\n").ToString();
    }

    private static string Programs(IReadOnlyList<VerifyReport> reports) => Side("Programs", reports,
        ("precision", report => report.Origin.Precision),
        ("calibrated on", report => Encoded(report.Origin.Calibration ?? "-")),
        ("program file, bytes", report => Text($"{report.Sizes.Program:N0}")),
        ("weights, bytes", report => Text($"{report.Sizes.ProgramWeights:N0}")),
        ("multiplications in int8", report => Text($"{report.Int8MacShare:P1}")),
        ("first diverging node", report => Encoded(report.FirstDivergingNode ?? "none")),
        ("thresholds", report => !report.HasThresholds ? "none set" : report.Failures.Count == 0 ? "kept" : "broken"));

    private static string Output(IReadOnlyList<VerifyReport> reports, int output)
    {
        var name = Encoded(reports[0].Outputs[output].Name);
        var section = new StringBuilder($"<h2>Output {name}</h2>\n").Append(Side("Against ONNX Runtime", reports,
            ("SQNR, dB", report => Known(report.Outputs[output].Error.SqnrDb, "0.0")),
            ("max error", report => Text($"{report.Outputs[output].Error.MaxError:g3}")),
            ("rms error", report => Text($"{report.Outputs[output].Error.RmsError:g3}")),
            ("agreement", report => Known(report.Outputs[output].Error.Agreement, "0.00 %")),
            ("loss", report => Text($"{report.Outputs[output].Loss:P2}")),
            ("accuracy", report => Known(report.Outputs[output].Accuracy?.Int8.Share, "0.00 %"))));
        if (reports[0].Outputs[output].Accuracy is { } accuracy)
            section.Append(Text($"<p>ONNX Runtime itself: {accuracy.Onnx.Share:P2} right.</p>\n"));
        Curve[] curves = [.. reports.Select((report, i) =>
            new Curve(i % SignalSection.MostLines, IsThin: false, OverTime(report.Outputs[output])))];
        if (curves[0].Points.Count > 1)
        {
            section.Append(Figure("Error over time", Svg.Curves("step of the recording", "rms error", LastStep(curves), curves),
                string.Concat(reports.Select((report, i) =>
                    $"<span class=\"key c{i % SignalSection.MostLines}\">{FileName(report.Program)}</span> "))));
        }

        return section.ToString();
    }

    private static (long Step, float Error)[] OverTime(VerifiedOutput output) =>
        [.. output.OverTime.Select((part, i) => ((long)i * output.StepsPerPart, (float)part.RmsError))];

    private static long LastStep(Curve[] curves) => curves.Max(curve => curve.Points[^1].Step);

    /// <summary>A row for each figure, a column for each program.</summary>
    private static string Side(string title, IReadOnlyList<VerifyReport> reports,
        params IReadOnlyList<(string Name, Func<VerifyReport, string> Of)> figures) => Table(
        title, ["", .. reports.Select(report => FileName(report.Program))],
        figures.Select(figure => (IEnumerable<string>)[figure.Name, .. reports.Select(figure.Of)]));

    private static string Known(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
