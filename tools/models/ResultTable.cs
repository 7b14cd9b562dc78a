using System.Globalization;
using EdgeSeq.Models.Trials;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.Models;

/// <summary>The results as text.</summary>
internal static class ResultTable
{
    public static string Of(IReadOnlyCollection<TrialResult> results)
    {
        var table = new TextTable(("model", false), ("exporter", false), ("mode", false), ("f32 error", true), ("accuracy", true),
            ("int8 dB", true), ("loss", true), ("s", true), ("int8 s", true), ("kB", true), ("result", false), ("note", false));
        foreach (var result in results)
        {
            table.Add(result.Model, result.Exporter, result.Mode, Text(result.FloatError, "0.0e+0"), Text(result.Accuracy, "0.0000"),
                Text(result.Int8Sqnr, "0.0"), Text(100 * result.Int8Loss, "0.00"), Text(result.Seconds, "0.0"),
                Text(result.Int8Seconds, "0.0"), Text(result.Bytes / 1000.0, "0.0"), result.Verdict, result.Note);
        }

        var ok = results.Count(result => result.Verdict == Verdicts.Ok);
        return $"{table}{ok} of {results.Count} as they must be{Environment.NewLine}";
    }

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
