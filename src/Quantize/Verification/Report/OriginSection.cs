using System.Globalization;
using static EdgeSeq.Quantize.Verification.Report.Markup;

namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>When and with what a page was made.</summary>
internal static class OriginSection
{
    public static string Of(VerifyReport report)
    {
        var origin = report.Origin;
        return "<h2>About this page</h2>\n<dl class=\"origin\">"
            + Line("made", origin.Made.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture))
            + Line("by", $"EdgeSeq {origin.Version}, ONNX Runtime {origin.OnnxRuntimeVersion}; {origin.Machine}")
            + Line("model", string.Join("; ", report.Model.Split(" + ").Zip(origin.ModelSha256,
                (path, hash) => $"{Path.GetFileName(path)}, SHA-256 {hash}")))
            + Program(report)
            + Line("recordings", $"{Path.GetFileName(report.Data)}{(origin.DataSha256 is { } hash ? $", SHA-256 {hash}" : "")}")
            + "</dl>\n";
    }

    /// <summary>The line of the program alone, for pages with several.</summary>
    public static string Program(VerifyReport report)
    {
        var origin = report.Origin;
        var calibration = origin.Calibration is { } recordings ? $", calibrated on {recordings}" : "";
        return Line("program", $"{Path.GetFileName(report.Program)}, {origin.Precision}{calibration}, written by {origin.Converter}, "
            + $"SHA-256 {origin.ProgramSha256}");
    }

    private static string Line(string name, string value) => $"<dt>{name}</dt><dd>{Encoded(value)}</dd>\n";
}
