using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>A graph that is run once a window and keeps what the next window repeats.</summary>
/// <param name="Graph">Its windowed inputs take their last elements only.</param>
/// <param name="States">Columns that are kept from window to window, zeros at first. They are whole when the first window is.</param>
/// <param name="Recent">Last elements that each windowed input takes.</param>
/// <param name="Computed">Of the nodes that compute new columns only: how many of how many.</param>
internal sealed record ReusedWindow(OnnxGraph Graph, IReadOnlyList<StatePair> States, IReadOnlyDictionary<string, int> Recent,
    IReadOnlyDictionary<string, (int New, int All)> Computed)
{
    /// <summary>What nodes became, with what of it is new in each window.</summary>
    public NodeReport[] Explained(IEnumerable<NodeReport> reports) => [.. reports.Select(report =>
        Computed.TryGetValue(report.Name, out var columns) && columns.New < columns.All
            ? report with { Became = $"{report.Became}; {columns.New} of {columns.All} columns are new in each window" } : report)];
}
