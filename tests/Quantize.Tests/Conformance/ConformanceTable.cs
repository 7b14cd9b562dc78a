using System.Text;
using System.Text.RegularExpressions;

namespace EdgeSeq.Quantize.Tests.Conformance;

/// <summary>docs/operators-conformance.md: pass counts of the published node tests by op, and the reason for everything that does not
/// pass.</summary>
internal static partial class ConformanceTable
{
    private const string Introduction = """
        # ONNX node tests

        The node tests that the ONNX project publishes (version 1.12, operator sets up to 17), run through the converter and the
        runtime in float32, each as one step. An input that the converter needs as a constant (weights, axes, shapes) is one. Left out
        are training ops, losses, and tests on strings, sequences and optionals. "Evaluated" results depend on shapes and constants
        only: the converter computes them and no step does. Written by
        `EDGESEQ_UPDATE_DOCS=1 dotnet run --project tests/Quantize.Tests -- -class EdgeSeq.Quantize.Tests.Conformance.ConformanceTests`.


        """;

    public static string Of(IReadOnlyList<CaseResult> results)
    {
        int Count(Outcome outcome) => results.Count(result => result.Outcome == outcome);
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        text.Append($"{Count(Outcome.Passed)} of {results.Count} pass, {Count(Outcome.Evaluated)} more are evaluated, {Count(Outcome.Refused)} are refused, {Count(Outcome.Intended)} give other values by intention.\n\n");
        text.Append("| op | tests | pass | evaluated | refused | other |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var op in results.GroupBy(result => result.Case.OpType).OrderBy(op => op.Key, StringComparer.Ordinal))
        {
            int Of(Outcome outcome) => op.Count(result => result.Outcome == outcome);
            text.Append($"| {op.Key} | {op.Count()} | {Of(Outcome.Passed)} | {Of(Outcome.Evaluated)} | {Of(Outcome.Refused)} | {Of(Outcome.Intended)} |\n");
        }

        text.Append("\n## Why the others do not pass\n\n| test | reason |\n| --- | --- |\n");
        foreach (var result in results.Where(result => result.Outcome is Outcome.Refused or Outcome.Intended))
            text.Append($"| {result.Case.Name} | {Plain(result.Reason)} |\n");
        return text.ToString();
    }

    /// <summary>One line, without what changes from machine to machine.</summary>
    private static string Plain(string reason) =>
        Paths().Replace(reason.ReplaceLineEndings(" "), "the model").Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex("'?/[^ ']*\\.onnx'?")]
    private static partial Regex Paths();
}
