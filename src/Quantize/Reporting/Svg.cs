using System.Globalization;
using System.Net;
using System.Text;

namespace EdgeSeq.Quantize.Reporting;

/// <summary>Plots as inline SVG, coloured by the page's style sheet.</summary>
internal static class Svg
{
    private const int Width = 720, Height = 240, Left = 70, Right = 10, Top = 10, Bottom = 30, BarHeight = 20, LabelWidth = 240;

    /// <summary>A line through points, both axes from zero.</summary>
    /// <param name="points">In order of x.</param>
    public static string Line(string xTitle, string yTitle, IReadOnlyList<(double X, double Y)> points)
    {
        double xEnd = Math.Max(points.Max(point => point.X), double.Epsilon), yEnd = Math.Max(points.Max(point => point.Y), 1e-30);
        var path = string.Join(' ', points.Select(point => Text($"{X(point.X / xEnd):0.0},{Y(point.Y / yEnd):0.0}")));
        return Frame(Height,
            Text($"<polyline class=\"line\" points=\"{path}\"/>")
            + Axes(xTitle, yTitle, Text($"{xEnd:g4}"), Text($"{yEnd:g3}")));
    }

    /// <summary>Columns side by side, from zero.</summary>
    public static string Histogram(string xFirst, string xLast, IReadOnlyList<long> counts)
    {
        double highest = Math.Max(counts.Max(), 1), width = (double)(Width - Left - Right) / counts.Count;
        var bars = new StringBuilder();
        for (int i = 0; i < counts.Count; i++)
        {
            double height = (Height - Top - Bottom) * counts[i] / highest;
            bars.Append(Text($"<rect class=\"bar\" x=\"{Left + i * width:0.0}\" y=\"{Height - Bottom - height:0.0}\" width=\"{width:0.00}\" height=\"{height:0.0}\"/>"));
        }

        return Frame(Height, bars + Axes(xFirst, "count", xLast, Text($"{highest:0}")));
    }

    /// <summary>One bar a row with its name and its number.</summary>
    public static string Bars(IReadOnlyList<(string Name, double Value, bool Warns)> bars, string unit)
    {
        double longest = Math.Max(bars.Max(bar => bar.Value), 1);
        var text = new StringBuilder();
        for (int i = 0; i < bars.Count; i++)
        {
            var (name, value, warns) = bars[i];
            double length = Math.Max(0, value) / longest * (Width - LabelWidth - 90);
            int y = i * BarHeight;
            text.Append(Text($"<text x=\"{LabelWidth - 8}\" y=\"{y + 14}\" text-anchor=\"end\">{WebUtility.HtmlEncode(Shortened(name))}</text>"));
            text.Append(Text($"<rect class=\"{(warns ? "bar warns" : "bar")}\" x=\"{LabelWidth}\" y=\"{y + 3}\" width=\"{length:0.0}\" height=\"{BarHeight - 6}\"/>"));
            text.Append(Text($"<text x=\"{LabelWidth + length + 6:0.0}\" y=\"{y + 14}\">{value:0.0} {unit}</text>"));
        }

        return Frame(bars.Count * BarHeight + 4, text.ToString());
    }

    private static string Axes(string xFirst, string yTitle, string xLast, string yLast) => Text(
        $"""
        <path class="axis" d="M{Left} {Top}V{Height - Bottom}H{Width - Right}"/>
        <text x="{Left - 6}" y="{Top + 10}" text-anchor="end">{yLast}</text><text x="{Left - 6}" y="{Height - Bottom}" text-anchor="end">0</text>
        <text x="{Left + 6}" y="{Top + 10}">{WebUtility.HtmlEncode(yTitle)}</text>
        <text x="{Left}" y="{Height - 10}">{WebUtility.HtmlEncode(xFirst)}</text><text x="{Width - Right}" y="{Height - 10}" text-anchor="end">{xLast}</text>
        """);

    private static string Frame(int height, string content) =>
        Text($"<svg viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" role=\"img\">{content}</svg>");

    private static double X(double share) => Left + share * (Width - Left - Right);

    private static double Y(double share) => Height - Bottom - share * (Height - Top - Bottom);

    /// <summary>The end of a long name tells nodes apart.</summary>
    private static string Shortened(string name) => name.Length <= 36 ? name : $"…{name[^35..]}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
