using System.Globalization;
using System.Text;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.Tool.Watch;

/// <summary>Draws the live view as lines of text. Every line fits the width, 40 columns or more.</summary>
internal sealed class WatchFrame(WatchState state, Style style)
{
    public const int MostRows = 6;

    private const int Widest = 100;
    private const int Narrowest = 40;
    private const int NameColumns = 13;
    private const int NumberColumns = 9;
    private const int PercentColumns = 6;

    private readonly StringBuilder _text = new();
    private int _width;

    public string Render(int width)
    {
        _width = Math.Clamp(width - 1, Narrowest, Widest);
        _text.Clear();
        var clock = state.Elapsed.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture);
        Pair($"EdgeSeq  {state.Title}", clock, style.Bold);
        Line(state.Source, style.Dim);
        Section("signals", state.SignalNames.Count > 0);
        Curves(state.SignalNames, state.Signals);
        foreach (var classes in state.Classes)
        {
            Section(classes.Output, true);
            Bars(classes);
        }

        Section("outputs", state.ValueNames.Count > 0);
        Curves(state.ValueNames, state.Values);
        Section("events", state.LastEvents.Count > 0);
        foreach (var line in state.LastEvents)
            Line(line);
        Section("", true);
        Costs();
        if (state.Note is { } note)
            Line(note, style.Warm);
        Line("Ctrl-C ends", style.Dim);
        return _text.ToString().TrimEnd('\n');
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : $"{text[..(width - 1)]}…";

    private static string Number(float value) => float.IsFinite(value)
        ? value.ToString(MathF.Abs(value) is >= 1e5f or (> 0 and < 1e-3f) ? "0.00e+0" : "0.####", CultureInfo.InvariantCulture)
        : "none";

    private void Curves(IReadOnlyList<string> names, SignalHistory history)
    {
        var width = _width - NameColumns - NumberColumns - 1;
        for (var i = 0; i < names.Count; i++)
        {
            var values = history.Channel(i);
            var last = values.IsEmpty ? "" : Number(values[^1]);
            var color = style.Axes[i % style.Axes.Count];
            Row(names[i], $"{color}{Blocks.Sparkline(values, width)}{style.Reset} {last,NumberColumns}");
        }
    }

    /// <summary>The labels with the largest values, where there are more than fit, in the order of the program.</summary>
    private void Bars(WatchClasses classes)
    {
        var width = _width - NameColumns - PercentColumns;
        var (least, most) = Blocks.RangeOf(classes.Values);
        var isShare = least >= 0 && most <= 1;
        var largest = classes.Values.Select((value, i) => (value, i)).OrderByDescending(each => each.value).Take(MostRows).ToArray();
        foreach (var (value, i) in largest.OrderBy(each => each.i))
        {
            var color = i == largest[0].i ? style.Good : style.Dim;
            var number = isShare ? $"{100 * value,PercentColumns - 2:0} %" : $"{Number(value),PercentColumns}";
            var share = isShare ? value : (value - least) / (most - least);
            Row(classes.Labels[i], $"{color}{Cut(number, PercentColumns)} {Blocks.Bar(share, width - 1)}{style.Reset}");
        }
    }

    private void Costs()
    {
        if (state.Latency is { Count: > 0 } latency)
        {
            Row("step", Cut(
                $"p50 {Duration.Of(latency.Percentile(0.5))}   p99 {Duration.Of(latency.Percentile(0.99))}   max {Duration.Of(latency.Max)}",
                _width - NameColumns));
        }

        var rate = state.StepsPerSecond is { } hertz ? hertz.ToString("0.0", CultureInfo.InvariantCulture) + " a second, " : "";
        Row("rate", string.Create(CultureInfo.InvariantCulture, $"{rate}{state.Steps:N0} steps"));
        var counts = state.Counts.Where(each => each.Count > 0)
            .Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Name} {each.Count:N0}")).ToArray();
        Row("faults", counts.Length == 0 ? "none" : $"{style.Warm}{Cut(string.Join(", ", counts), _width - NameColumns)}{style.Reset}");
    }

    private void Section(string title, bool isShown)
    {
        if (isShown)
            _text.Append(style.Dim).Append(Cut(title, _width)).Append(style.Reset).Append('\n');
    }

    private void Row(string name, string rest) =>
        _text.Append(Cut(name, NameColumns - 1).PadRight(NameColumns)).Append(rest).Append('\n');

    private void Line(string text, string color = "") =>
        _text.Append(color).Append(Cut(text, _width)).Append(color.Length > 0 ? style.Reset : "").Append('\n');

    private void Pair(string left, string right, string color)
    {
        var room = _width - right.Length - 1;
        _text.Append(color).Append(Cut(left, room)).Append(style.Reset).Append(' ', Math.Max(1, room + 1 - left.Length))
            .Append(right).Append('\n');
    }
}
