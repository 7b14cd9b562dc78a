using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Benchmarks.Ort;

/// <summary>Vector × matrix as an ONNX graph.</summary>
internal static class LinearGraph
{
    public static OnnxGraph Of(int rows, int columns, bool int8)
    {
        var graph = new StepGraph("linear");
        var y = graph.Linear("y", graph.Input("x", 1, columns), rows, columns, int8);
        graph.Output(y, 1, rows);
        return graph.Graph;
    }
}
