using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Streaming.Rules;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>A graph that is run once a window and keeps what the next window repeats.</summary>
/// <param name="Graph">Its windowed inputs take their last elements only.</param>
/// <param name="States">Columns that are kept from window to window, zeros at first. They are whole when the first window is.</param>
/// <param name="Recent">Last elements that each windowed input takes.</param>
/// <param name="Steps">Of recurrent nodes whose input repeats: which of its steps are new.</param>
/// <param name="Remarks">What of nodes is new in each window, or why all is.</param>
internal sealed record ReusedWindow(OnnxGraph Graph, IReadOnlyList<StatePair> States, IReadOnlyDictionary<string, int> Recent,
    IReadOnlyDictionary<string, KeptSteps> Steps, IReadOnlyDictionary<string, string> Remarks)
{
    /// <summary>Before the first window is whole, columns are computed of zeros: what they leave in the states must be finite.</summary>
    public bool IsFiniteAtStart()
    {
        var zeros = Graph.Inputs.ToDictionary(input => input.Name, input =>
            OnnxTensor.Filled(input.ElementType, [.. input.Dims!.Select(dim => dim.Size ?? 1)], 0));
        var states = OrtEvaluator.Evaluate(Graph, zeros, [.. States.Select(pair => pair.Output)]);
        return states.Values.All(state => state.ToFloats().All(float.IsFinite));
    }

    /// <summary>As a program of its own: it runs from the first elements on and gives its outputs once a window is whole.</summary>
    /// <param name="whole">The graph on windows of its length.</param>
    public StreamTransform Alone(Analysis whole, int hop)
    {
        var full = new Clock(hop, whole.Length - 1);
        var early = full with { Offset = full.Offset % hop };
        var transform = StreamTransform.ForWindow(Analysis.Of(Graph, whole.TimeAxes), early, full, States, TransferRules.Table, Steps);
        transform.Run(States);
        return transform;
    }

    /// <summary>What nodes became, with what of it is new in each window.</summary>
    public NodeReport[] Explained(IEnumerable<NodeReport> reports) => [.. reports.Select(report =>
        Remarks.TryGetValue(report.Name, out var remark) ? report with { Became = $"{report.Became}; {remark}" } : report)];
}
