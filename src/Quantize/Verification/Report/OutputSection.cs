using System.Globalization;
using System.Text;
using EdgeSeq.Quantize.Replay;
using static EdgeSeq.Quantize.Verification.Report.Markup;

namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>What the page says of one output.</summary>
internal static class OutputSection
{
    /// <summary>Opacity of a cell that all recordings of a class fall into; text stays readable on it.</summary>
    private const double FullShade = 0.45;

    public static string Of(VerifiedOutput output)
    {
        var section = new StringBuilder(Text($"<h2>Output {Encoded(output.Name)}</h2>\n")).Append(Errors(output));
        if (output.Accuracy is { } accuracy)
            section.Append(Accuracies(accuracy));

        section.Append(Text(
            $"<p>Loss against ONNX Runtime, as <code>--max-loss</code> bounds it: {output.Loss:P2}. {output.Int8MacShare:P1} of the multiplications that the output depends on are int8.</p>\n"));
        var parts = output.OverTime.Select((part, i) => ((double)i * output.StepsPerPart, part.RmsError)).ToArray();
        if (parts.Length > 1)
        {
            section.Append(Figure("Error over time", Svg.Line("step of the recording", "rms error", parts),
                Text($"Difference from the float program in units of the output, {output.StepsPerPart:N0} steps a point, all recordings together.")));
        }

        return section.Append(output.Confusion is { } confusion ? Confusion(output, confusion) : "").ToString();
    }

    private static string Errors(VerifiedOutput output) => Table(
        "Errors, in units of the output",
        ["", "outputs compared", "max error", "mean error", "rms error", "SQNR, dB", "cosine", "agreement"],
        [Row("program against ONNX Runtime", output.Error), Row("float program against ONNX Runtime", output.F32),
            Row("program against float program", output.AgainstF32)]);

    private static IEnumerable<string> Row(string what, OutputError error) =>
    [
        what, Text($"{error.Compared:N0}"), Text($"{error.MaxError:g3}"), Text($"{error.MeanError:g3}"), Text($"{error.RmsError:g3}"),
        Known(error.SqnrDb, "0.0"), Known(error.Cosine, "0.000000"), Known(error.Agreement, "0.00 %"),
    ];

    private static string Accuracies(Accuracies accuracy) => Table(
        "Accuracy",
        ["", "right decisions", "of", "accuracy", "95 % confidence interval"],
        [Row("ONNX Runtime", accuracy.Onnx), Row("float program", accuracy.F32), Row("program", accuracy.Int8)]);

    private static IEnumerable<string> Row(string what, Accuracy accuracy) =>
        [what, Text($"{accuracy.Right:N0}"), Text($"{accuracy.All:N0}"), Text($"{accuracy.Share:P2}"),
        Text($"{accuracy.Interval.Low:P1} to {accuracy.Interval.High:P1}")];

    private static string Confusion(VerifiedOutput output, long[][] confusion)
    {
        string[] names = [.. Enumerable.Range(0, confusion.Length).Select(Name)];
        return Table(
            "Confusion matrix of the program: decisions counted",
            ["true class \\ decided class", .. names, "right"],
            confusion.Select((counts, i) => Row(names[i], counts, counts[i])));

        string Name(int index) =>
            Encoded(output.Labels is { } labels && labels.Count == confusion.Length ? labels[index]
            : index.ToString(CultureInfo.InvariantCulture));
    }

    private static IEnumerable<string> Row(string name, long[] counts, long right)
    {
        double all = counts.Sum();
        return [name, .. counts.Select(count => Shaded(count, all)), all > 0 ? Text($"{right / all:P1}") : "-"];
    }

    private static string Shaded(long count, double all) =>
        count == 0 ? "0" : Text($"<span style=\"background:rgb(22 104 184/{FullShade * count / all:0.00})\">{count:N0}</span>");

    private static string Known(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
