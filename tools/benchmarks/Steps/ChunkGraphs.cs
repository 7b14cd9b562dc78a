using EdgeSeq.Benchmarks.Kernels;
using EdgeSeq.Benchmarks.Ort;
using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Benchmarks.Steps;

/// <summary>Models over a sequence, of the layers that streams have.</summary>
internal static class ChunkGraphs
{
    public static IReadOnlyDictionary<string, Func<OnnxGraph>> All { get; } = new Dictionary<string, Func<OnnxGraph>>
    {
        ["LSTM 9 → 64"] = () => Layers(9, ("LSTM", 64)),
        ["LSTM 64 → 128"] = () => Layers(64, ("LSTM", 128)),
        ["LSTM 256 → 256"] = () => Layers(256, ("LSTM", 256)),
        ["GRU 256 → 256"] = () => Layers(256, ("GRU", 256)),
        ["LSTM 512 → 512"] = () => Layers(512, ("LSTM", 512)),
        ["dense 64 → 256 → 256, LSTM 128"] = () => Layers(64, ("dense", 256), ("dense", 256), ("LSTM", 128)),
        ["dense 256 → 512 → 256"] = () => Layers(256, ("dense", 512), ("dense", 256)),
        ["causal convolutions 64, kernel 5, four layers"] = () => Convolutions(64, 5, 4),
        ["raw audio: convolution 80 every 40, GRU 128"] = Audio,
    };

    private static OnnxGraph Layers(int input, params (string Kind, int Units)[] layers)
    {
        var graph = new StepGraph("layers");
        graph.Graph.Inputs.Add(new OnnxValue("x", OnnxElementType.Float32, ["time", 1, input]));
        var (x, size) = ("x", input);
        foreach (var (kind, units) in layers)
        {
            var name = $"layer{graph.Graph.Nodes.Count}";
            x = kind == "dense" ? Dense(graph, name, x, size, units) : Recurrent(graph, name, kind, x, size, units);
            size = units;
        }

        graph.Graph.Outputs.Add(new OnnxValue(x, OnnxElementType.Float32, ["time", 1, size]));
        return graph.Graph;
    }

    private static OnnxGraph Convolutions(int channels, int kernel, int layers)
    {
        var graph = new StepGraph("convolutions");
        graph.Graph.Inputs.Add(new OnnxValue("x", OnnxElementType.Float32, [1, channels, "time"]));
        var x = "x";
        for (var layer = 0; layer < layers; layer++)
        {
            x = Convolution(graph, $"conv{layer}", x, channels, channels, kernel, 1, [kernel - 1, 0]);
            x = graph.Add($"relu{layer}", "Relu", x);
        }

        graph.Graph.Outputs.Add(new OnnxValue(x, OnnxElementType.Float32, [1, channels, "time"]));
        return graph.Graph;
    }

    private static OnnxGraph Audio()
    {
        const int Channels = 64, Units = 128;
        var graph = new StepGraph("audio");
        graph.Graph.Inputs.Add(new OnnxValue("x", OnnxElementType.Float32, [1, 1, "time"]));
        var x = Convolution(graph, "conv", "x", 1, Channels, 80, 40, [0, 0]);
        x = graph.Add("relu", "Relu", x);
        graph.Node("turn", "Transpose", "", [x], "turned").Attributes["perm"] = (long[])[2, 0, 1];
        x = Recurrent(graph, "gru", "GRU", "turned", Channels, Units);
        graph.Graph.Outputs.Add(new OnnxValue(x, OnnxElementType.Float32, ["frames", 1, Units]));
        return graph.Graph;
    }

    private static string Dense(StepGraph graph, string name, string x, int input, int units)
    {
        var weights = graph.Constant($"{name}.w", Weights(input, input, units));
        var bias = graph.Constant($"{name}.b", OnnxTensor.FromFloats(Data.Floats(units), units));
        return graph.Add($"{name}.relu", "Relu", graph.Add($"{name}.sum", "Add", graph.Add(name, "MatMul", x, weights), bias));
    }

    private static string Recurrent(StepGraph graph, string name, string op, string x, int input, int units)
    {
        var rows = (op == "LSTM" ? 4 : 3) * units;
        var node = graph.Node(name, op, "", [x, graph.Constant($"{name}.w", Weights(units, 1, rows, input)),
            graph.Constant($"{name}.r", Weights(units, 1, rows, units)),
            graph.Constant($"{name}.b", OnnxTensor.FromFloats(Data.Floats(2 * rows), 1, 2 * rows))], $"{name}.all");
        node.Attributes["hidden_size"] = (long)units;
        if (op == "GRU")
            node.Attributes["linear_before_reset"] = 1L;
        return graph.Add($"{name}.y", "Squeeze", $"{name}.all", graph.Constant($"{name}.axis", OnnxTensor.FromInts([1], 1)));
    }

    private static string Convolution(StepGraph graph, string name, string x, int channels, int outputs, int kernel, int stride,
        long[] pads)
    {
        var weights = graph.Constant($"{name}.w", Weights(channels * kernel, outputs, channels, kernel));
        var node = graph.Node(name, "Conv", "", [x, weights], name);
        node.Attributes["pads"] = pads;
        node.Attributes["strides"] = (long[])[stride];
        return name;
    }

    /// <summary>As small as training keeps them, or the layers would blow each other's values up.</summary>
    private static OnnxTensor Weights(int inputs, params long[] shape)
    {
        var even = 1 / MathF.Sqrt(inputs);
        return OnnxTensor.FromFloats([.. Data.Floats((int)shape.Aggregate((a, b) => a * b)).Select(value => value * even)], shape);
    }
}
