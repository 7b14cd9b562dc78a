using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Benchmarks.Ort;

/// <summary>Vectors × matrix as an ONNX graph.</summary>
internal static class LinearGraph
{
    public static OnnxGraph Of(int rows, int columns, int vectors, bool int8)
    {
        var graph = new StepGraph("linear");
        var y = graph.Linear("y", graph.Input("x", vectors, columns), rows, columns, int8);
        graph.Output(y, vectors, rows);
        return graph.Graph;
    }
}
