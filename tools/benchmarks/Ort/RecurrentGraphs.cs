using EdgeSeq.Benchmarks.Kernels;
using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Benchmarks.Ort;

/// <summary>One step of a recurrent layer as an ONNX graph with the state as inputs and outputs.</summary>
internal static class RecurrentGraphs
{
    /// <param name="batch">Sequences that step together.</param>
    public static OnnxGraph Lstm(int input, int hidden, int batch = 1) => Float("LSTM", 4, input, hidden, batch);

    public static OnnxGraph Gru(int input, int hidden)
    {
        var graph = Float("GRU", 3, input, hidden);
        graph.Nodes[0].Attributes["linear_before_reset"] = 1L;
        return graph;
    }

    /// <summary>ONNX Runtime's LSTM with int8 weights, one scale per row, and activations quantised at each step.</summary>
    public static OnnxGraph QuantizedLstm(int input, int hidden, int batch = 1)
    {
        var graph = States("lstm", 4, input, hidden, batch);
        graph.Opsets["com.microsoft"] = 1;
        var rows = 4 * hidden;
        graph.Initializers["W"] = StepGraph.Int8Weights(1, input, rows);
        graph.Initializers["R"] = StepGraph.Int8Weights(1, hidden, rows);
        graph.Initializers["B"] = OnnxTensor.FromFloats(Data.Floats(2 * rows), 1, 2 * rows);
        graph.Initializers["scale"] = OnnxTensor.Filled(OnnxElementType.Float32, [1, rows], 0.001);
        graph.Initializers["zero"] = OnnxTensor.Filled(OnnxElementType.Int8, [1, rows], 0);
        graph.Nodes.Add(new OnnxNode("lstm", "DynamicQuantizeLSTM", "com.microsoft")
        {
            Inputs = ["x", "W", "R", "B", "", "h", "c", "", "scale", "zero", "scale", "zero"],
            Outputs = ["", "hn", "cn"],
            Attributes = { ["hidden_size"] = (long)hidden },
        });
        return graph;
    }

    private static OnnxGraph Float(string op, int gates, int input, int hidden, int batch = 1)
    {
        var graph = States(op, gates, input, hidden, batch);
        var rows = gates * hidden;
        graph.Initializers["W"] = OnnxTensor.FromFloats(Data.Floats(rows * input), 1, rows, input);
        graph.Initializers["R"] = OnnxTensor.FromFloats(Data.Floats(rows * hidden), 1, rows, hidden);
        graph.Initializers["B"] = OnnxTensor.FromFloats(Data.Floats(2 * rows), 1, 2 * rows);
        graph.Nodes.Add(new OnnxNode(op, op)
        {
            Inputs = gates == 4 ? ["x", "W", "R", "B", "", "h", "c"] : ["x", "W", "R", "B", "", "h"],
            Outputs = gates == 4 ? ["", "hn", "cn"] : ["", "hn"],
            Attributes = { ["hidden_size"] = (long)hidden },
        });
        return graph;
    }

    private static OnnxGraph States(string name, int gates, int input, int hidden, int batch)
    {
        var graph = new OnnxGraph(name);
        graph.Opsets[""] = 17;
        graph.Inputs.Add(new OnnxValue("x", OnnxElementType.Float32, [1, batch, input]));
        foreach (var state in gates == 4 ? (string[])["h", "c"] : ["h"])
        {
            graph.Inputs.Add(new OnnxValue(state, OnnxElementType.Float32, [1, batch, hidden]));
            graph.Outputs.Add(new OnnxValue(state + "n", OnnxElementType.Float32, [1, batch, hidden]));
        }

        return graph;
    }
}
