using System.Text;
using static EdgeSeq.Quantize.Verification.Report.Markup;

namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>Plots as inline SVG, coloured by the page's style sheet.</summary>
internal static class Svg
{
    private const int FullWidth = 980, ThirdWidth = 340, Height = 230, Left = 68, Right = 16, Top = 12, Bottom = 44;
    private const int BarHeight = 24, LabelWidth = 260, ValueWidth = 70, NumberWidth = 70, ShortNumberWidth = 44, NumberHeight = 32;

    /// <summary>A line through points, both axes from zero, over the width of the page.</summary>
    /// <param name="points">In order of x.</param>
    public static string Line(string xTitle, string yTitle, IReadOnlyList<(double X, double Y)> points)
    {
        var x = new Axis(xTitle, 0, Positive(points.Max(point => point.X)), Left, FullWidth - Right, NumberWidth);
        var y = Upward(yTitle, points.Max(point => point.Y));
        var path = string.Join(' ', points.Select(point => Text($"{x.At(point.X):0.0},{y.At(point.Y):0.0}")));
        return Frame(FullWidth, Height, $"{yTitle} by {xTitle}", Grid(x, y) + $"<polyline class=\"line\" points=\"{path}\"/>");
    }

    /// <summary>Lines over steps, the vertical axis as far as they reach, over the width of the page.</summary>
    /// <param name="steps">Steps that the horizontal axis covers.</param>
    public static string Curves(string xTitle, string yTitle, long steps, IReadOnlyList<Curve> curves)
    {
        var values = curves.SelectMany(curve => curve.Points).Select(point => point.Value).DefaultIfEmpty().ToArray();
        float least = values.Min(), largest = values.Max();
        var x = Steps(xTitle, 0, steps);
        var y = new Axis(yTitle, least, largest > least ? largest : least + 1, Height - Bottom, Top, NumberHeight);
        var text = new StringBuilder(Grid(x, y));
        foreach (var curve in curves)
        {
            var path = string.Join(' ', curve.Reduced().Select(point => Text($"{x.At(point.Step):0.0},{y.At(point.Value):0.0}")));
            text.Append(Text($"<polyline class=\"line c{curve.Colour}{(curve.IsThin ? " thin" : "")}\" points=\"{path}\"/>"));
        }

        return Frame(FullWidth, Height, $"{yTitle} by {xTitle}", text.ToString());
    }

    /// <summary>A picture whose width is time.</summary>
    /// <param name="first">Step of its first column.</param>
    /// <param name="steps">Steps that the horizontal axis covers.</param>
    public static string Picture(string xTitle, string yTitle, long first, long steps, string uri)
    {
        var x = Steps(xTitle, 0, steps);
        var picture = Text($"<image x=\"{x.At(first):0.0}\" y=\"{Top}\" width=\"{x.End - x.At(first):0.0}\" ")
            + Text($"height=\"{Height - Bottom - Top}\" ") + $"preserveAspectRatio=\"none\" href=\"{uri}\"/>";
        var title = Text($"<text transform=\"translate(14 {(Height - Bottom + Top) / 2}) rotate(-90)\" ")
            + $"text-anchor=\"middle\">{Encoded(yTitle)}</text>";
        return Frame(FullWidth, Height, $"{yTitle} by {xTitle}", XTicks(x, Top, Height - Bottom) + picture + title);
    }

    /// <summary>Columns side by side, from zero, over a third of the width of the page.</summary>
    /// <param name="from">Lower end of the first column.</param>
    /// <param name="to">Upper end of the last.</param>
    public static string Histogram(string xTitle, string yTitle, double from, double to, ReadOnlySpan<long> counts)
    {
        long highest = 0;
        foreach (var count in counts)
            highest = Math.Max(highest, count);

        var x = new Axis(xTitle, from, to, Left, ThirdWidth - Right, ShortNumberWidth);
        var y = Upward(yTitle, highest);
        var width = (x.End - x.Start) / counts.Length;
        var bars = new StringBuilder(Grid(x, y)).Append("<path class=\"bar\" d=\"");
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
                bars.Append(Text($"M{Left + i * width:0.0} {y.Start:0.0}V{y.At(counts[i]):0.0}h{width:0.00}V{y.Start:0.0}z"));
        }

        return Frame(ThirdWidth, Height, $"{yTitle} by {xTitle}", bars.Append("\"/>").ToString());
    }

    /// <summary>One bar a row with its name and its number, and a line at a limit.</summary>
    public static string Bars(string xTitle, string unit, IReadOnlyList<(string Name, double Value, bool Warns)> bars, double limit)
    {
        var bottom = Top + bars.Count * BarHeight;
        var x = new Axis(xTitle, 0, Math.Max(bars.Max(bar => bar.Value), limit), LabelWidth, FullWidth - ValueWidth, NumberWidth);
        var text = new StringBuilder(XTicks(x, Top, bottom));
        for (var i = 0; i < bars.Count; i++)
        {
            var (name, value, warns) = bars[i];
            var y = Top + i * BarHeight;
            var end = x.At(Math.Max(0, value));
            text.Append(Text(
                $"<text class=\"name\" x=\"{LabelWidth - 8}\" y=\"{y + 16}\" text-anchor=\"end\">{Encoded(Shortened(name))}</text>"));
            text.Append(Text(
                $"<rect class=\"{(warns ? "bar warns" : "bar")}\" x=\"{LabelWidth}\" y=\"{y + 4}\" width=\"{end - LabelWidth:0.0}\" ")
                    + Text($"height=\"{BarHeight - 8}\"/>"));
            text.Append(Text($"<text class=\"name\" x=\"{end + 6:0.0}\" y=\"{y + 16}\">{value:0.0} {unit}</text>"));
        }

        text.Append(Text(
            $"<path class=\"limit\" d=\"M{x.At(limit):0.0} {Top}V{bottom}\"/><path class=\"axis\" d=\"M{LabelWidth} {Top}V{bottom}\"/>"));
        return Frame(FullWidth, bottom + Bottom, xTitle, text.ToString());
    }

    public static string XTicks(Axis x, int top, int bottom)
    {
        var text = new StringBuilder();
        foreach (var tick in x.Ticks())
        {
            text.Append(Text(
                $"<path class=\"grid\" d=\"M{x.At(tick):0.0} {top}V{bottom}\"/><text x=\"{x.At(tick):0.0}\" y=\"{bottom + 16}\" ")
                    + Text($"text-anchor=\"middle\">{Number(tick)}</text>"));
        }

        return text.Append(Text(
            $"<text x=\"{(x.Start + x.End) / 2:0.0}\" y=\"{bottom + 36}\" text-anchor=\"middle\">{Encoded(x.Title)}</text>")).ToString();
    }

    /// <summary>Short, and without an exponent where that is short too.</summary>
    public static string Number(double number) => Math.Abs(number) is >= 1e4 and < 1e15 ? Text($"{number:N0}") : Text($"{number:g4}");

    public static string Frame(int width, int height, string label, string content) =>
        Text($"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Encoded(label)}\">{content}</svg>");

    private static Axis Steps(string title, long first, long last) =>
        new(title, first, Math.Max(first + 1, last), Left, FullWidth - Right, NumberWidth);

    private static Axis Upward(string title, double highest) => new(title, 0, Positive(highest), Height - Bottom, Top, NumberHeight);

    private static double Positive(double number) => number > 0 ? number : 1;

    private static string Grid(Axis x, Axis y)
    {
        var text = new StringBuilder(XTicks(x, Top, Height - Bottom));
        foreach (var tick in y.Ticks())
        {
            text.Append(Text(
                $"<path class=\"grid\" d=\"M{x.Start:0.0} {y.At(tick):0.0}H{x.End:0.0}\"/><text x=\"{Left - 6}\" ")
                    + Text($"y=\"{y.At(tick) + 4:0.0}\" text-anchor=\"end\">{Number(tick)}</text>"));
        }

        text.Append(Text(
            $"<text transform=\"translate(14 {(y.Start + y.End) / 2:0}) rotate(-90)\" text-anchor=\"middle\">{Encoded(y.Title)}</text>"));
        return text.Append(Text($"<path class=\"axis\" d=\"M{Left} {Top}V{Height - Bottom}H{x.End:0.0}\"/>")).ToString();
    }

    /// <summary>The end of a long name tells nodes apart.</summary>
    private static string Shortened(string name) => name.Length <= 36 ? name : $"…{name[^35..]}";
}
