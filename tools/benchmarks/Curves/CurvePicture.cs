using System.Globalization;
using System.Text;

namespace EdgeSeq.Benchmarks.Curves;

/// <summary>Curves as one SVG picture, a panel each: amounts in powers of two to the right, times from zero upwards.</summary>
internal static class CurvePicture
{
    private const int PanelWidth = 300, PanelHeight = 220;
    private const int Left = 54, Right = 14, Top = 34, Bottom = 44;
    private const double Headroom = 1.15;
    private const int Columns = 3;

    public static string Of(IReadOnlyList<Curve> curves)
    {
        var rows = (curves.Count + Columns - 1) / Columns;
        var svg = new StringBuilder();
        Add(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Columns * PanelWidth}\" height=\"{rows * PanelHeight}\" "
            + "font-family=\"sans-serif\" font-size=\"11\">");
        Add(svg, $"<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        for (var i = 0; i < curves.Count; i++)
        {
            Add(svg, $"<g transform=\"translate({i % Columns * PanelWidth},{i / Columns * PanelHeight})\">");
            Panel(svg, curves[i]);
            Add(svg, $"</g>");
        }

        Add(svg, $"</svg>");
        return svg.ToString();
    }

    private static void Panel(StringBuilder svg, Curve curve)
    {
        const int Baseline = PanelHeight - Bottom;
        var highest = curve.Points.Max(point => point.Time) * Headroom;
        var (first, last) = (Math.Log2(curve.Points[0].Amount), Math.Log2(curve.Points[^1].Amount));
        double X(int amount) => Left + (Math.Log2(amount) - first) / Math.Max(last - first, 1) * (PanelWidth - Left - Right);
        double Y(double time) => Baseline - time / highest * (Baseline - Top);
        Add(svg, $"<text x=\"{Left}\" y=\"16\" font-weight=\"bold\">{curve.Title}</text>");
        Add(svg, $"<text x=\"{Left}\" y=\"29\" fill=\"#555\">{curve.Unit}</text>");
        Add(svg, $"<path d=\"M{Left} {Top} V{Baseline} H{PanelWidth - Right}\" fill=\"none\" stroke=\"#888\"/>");
        foreach (var time in (double[])[0, highest / 2, highest])
            Add(svg, $"<text x=\"{Left - 5}\" y=\"{Y(time) + 4:F0}\" text-anchor=\"end\">{time:G3}</text>");
        var line = string.Join(' ', curve.Points.Select(point =>
            string.Create(CultureInfo.InvariantCulture, $"{X(point.Amount):F1},{Y(point.Time):F1}")));
        Add(svg, $"<polyline points=\"{line}\" fill=\"none\" stroke=\"#1565c0\" stroke-width=\"2\"/>");
        foreach (var (amount, time) in curve.Points)
        {
            Add(svg, $"<circle cx=\"{X(amount):F1}\" cy=\"{Y(time):F1}\" r=\"3\" fill=\"#1565c0\"/>");
            Add(svg, $"<text x=\"{X(amount):F1}\" y=\"{Baseline + 14}\" text-anchor=\"middle\">{amount}</text>");
        }

        Add(svg, $"<text x=\"{(Left + PanelWidth - Right) / 2}\" y=\"{Baseline + 32}\" text-anchor=\"middle\">{curve.Of}</text>");
    }

    private static void Add(StringBuilder svg, FormattableString line) => svg.AppendLine(line.ToString(CultureInfo.InvariantCulture));

    private static void Add(StringBuilder svg, string line) => svg.AppendLine(line);
}
