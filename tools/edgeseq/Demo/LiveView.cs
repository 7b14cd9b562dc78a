using System.Numerics.Tensors;
using System.Text;
using EdgeSeq.Device.Timing;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.Tool.Demo;

/// <summary>The demo on a terminal: the signal, the classes' probabilities and the cost of a step, redrawn in place.</summary>
internal sealed class LiveView(DemoRun run, Style style)
{
    private const int SamplesPerFrame = 4;
    private const int MarginColumns = 8;
    private const int WidestPlot = 110;
    private const int NarrowestPlot = 20;
    private const int OtherLines = 17;
    private const int MostPlotRows = 6;
    private const int LeastPlotRows = 2;
    private const int LabelColumns = 14;
    private const int Axes = 3;
    private const string Indent = "  ";

    private readonly SignalHistory _history = new(DemoRun.Channels, 2 * WidestPlot);
    private readonly StringBuilder _frame = new();
    private long _rateStart = MonotonicClock.Now;
    private long _rateSamples;
    private double _rate;

    public void Update()
    {
        _history.Add(run.Motion);
        MeasureRate();
        if (run.Samples % SamplesPerFrame == 0)
            Screen.Show(Frame());
    }

    private void MeasureRate()
    {
        const long Interval = 1_000_000_000;
        _rateSamples++;
        var elapsed = MonotonicClock.Now - _rateStart;
        if (elapsed < Interval)
            return;
        _rate = _rateSamples * 1e9 / elapsed;
        _rateStart += elapsed;
        _rateSamples = 0;
    }

    private string Frame()
    {
        var columns = Math.Clamp(TerminalInfo.Width - MarginColumns - 2, NarrowestPlot, WidestPlot);
        var rows = Math.Clamp((TerminalInfo.Height - OtherLines - run.Labels.Count + 6) / 2, LeastPlotRows, MostPlotRows);
        _frame.Clear();
        AppendHeader();
        AppendPlot("acceleration, g", 0, columns, rows, -1, 2);
        AppendPlot("angular rate, rad/s", Axes, columns, rows, -2, 2);
        AppendBars(Math.Max(NarrowestPlot, columns - LabelColumns));
        AppendCost();
        return _frame.ToString();
    }

    private void AppendHeader()
    {
        var precision = run.Model.Program.Provenance.Precision;
        Line($"{style.Bold}EdgeSeq{style.Reset}  {run.Model.Program.Name}, {precision}, {run.Model.WeightBytes:N0} bytes of weights, {run.Model.StateBytes:N0} of state");
        var verdict = run.Recognised == run.Activity ? style.Good : style.Warm;
        Line($"{style.Dim}simulated MPU-6050{style.Reset}  the person is {style.Bold}{run.Activity}{style.Reset}, the model says {verdict}{run.Recognised}{style.Reset}");
        Line("");
    }

    private void AppendPlot(string title, int firstChannel, int columns, int rows, float low, float high)
    {
        var plot = new BraillePlot(columns, rows, low, high);
        for (var axis = Axes - 1; axis >= 0; axis--)
            plot.Draw(_history.Channel(firstChannel + axis), axis);
        Line($"{title}   {style.Axes[0]}x{style.Reset} {style.Axes[1]}y{style.Reset} {style.Axes[2]}z{style.Reset}");
        for (var row = 0; row < rows; row++)
        {
            var label = row == 0 ? $"{high:0.#}" : row == rows - 1 ? $"{low:0.#}" : "";
            _frame.Append($"{Indent}{style.Dim}{label,4} │{style.Reset}");
            plot.AppendRow(_frame, row, style.Axes, style.Reset);
            _frame.Append('\n');
        }

        Line("");
    }

    private void AppendBars(int width)
    {
        var top = TensorPrimitives.IndexOfMax(run.Probabilities);
        for (var i = 0; i < run.Labels.Count; i++)
        {
            var probability = run.Probabilities[i];
            var color = i == top ? style.Good : style.Dim;
            Line($"{color}{run.Labels[i],-LabelColumns}{style.Reset}{100 * probability,4:0} % {color}{Blocks.Bar(probability, width - 8)}{style.Reset}");
        }

        Line("");
    }

    private void AppendCost()
    {
        var latency = run.Latency;
        var median = latency.Percentile(0.5);
        Line($"step {style.Bold}{Duration.Of(median)}{style.Reset} (p99 {Duration.Of(latency.Percentile(0.99))}, max {Duration.Of(latency.Max)})   {1e9 / median / DemoRun.RateHz:N0} times real time");
        Line($"{_rate:0.0} samples a second   {(double)run.AllocatedBytes / run.Samples:0.#} bytes allocated a step   kernels {run.Model.Isa}");
        _frame.Append($"{Indent}{style.Dim}Ctrl-C ends{style.Reset}");
    }

    private void Line(string text) => _frame.Append(Indent).Append(text).Append('\n');
}
