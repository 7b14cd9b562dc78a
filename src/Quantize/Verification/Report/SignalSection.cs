using System.Text;
using static EdgeSeq.Quantize.Verification.Report.Markup;

namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>What the page says of the first recording: inputs above outputs, on one axis of time.</summary>
internal static class SignalSection
{
    /// <summary>More lines than these cannot be told apart; they are drawn as a picture.</summary>
    public const int MostLines = 8;

    public static string Of(Signals signals)
    {
        if (signals.Steps < 2)
            return "";

        var section = new StringBuilder("<h2>Inputs and outputs</h2>\n")
            .Append(Text($"<p>The first {signals.Steps:N0} steps of the first recording. Thin lines: the float program.</p>\n"));
        foreach (var input in signals.Inputs)
            section.Append(Plot("Input", input, signals.Steps));
        foreach (var output in signals.Outputs.Where(output => output.Steps.Count > 1))
            section.Append(Plot("Output", output, signals.Steps));
        return section.ToString();
    }

    private static string Plot(string kind, Signal signal, long steps)
    {
        var title = $"{kind} {Encoded(signal.Name)}{(signal.Unit is { } unit ? $", {Encoded(unit)}" : "")}";
        if (signal.Length > MostLines)
        {
            var (uri, least, largest) = HeatMap.Of(signal.Values.Span, signal.Length);
            return Figure(title, Svg.Picture("step", $"element, 0 to {signal.Length - 1}", signal.Steps[0], steps, uri),
                Text($"Dark is {least:g3}, bright is {largest:g3}; element 0 is at the bottom."));
        }

        Curve[] curves = [.. Curves(signal, signal.Values, isThin: false), .. Curves(signal, signal.Float, isThin: true)];
        return Figure(title, Svg.Curves("step", "value", steps, curves), signal.Length == 1 ? "" : Legend(signal));
    }

    private static IEnumerable<Curve> Curves(Signal signal, ReadOnlyMemory<float> values, bool isThin)
    {
        for (var element = 0; element < signal.Length && !values.IsEmpty; element++)
        {
            var at = element;
            yield return new Curve(at, isThin, [.. signal.Steps.Select((step, i) => (step, values.Span[i * signal.Length + at]))]);
        }
    }

    private static string Legend(Signal signal) => string.Concat(Enumerable.Range(0, signal.Length).Select(element =>
        $"<span class=\"key c{element}\">{NameOf(signal, element)}</span> "));

    private static string NameOf(Signal signal, int element) =>
        signal.Labels is { } labels && element < labels.Count ? Encoded(labels[element]) : Text($"{element}");
}
