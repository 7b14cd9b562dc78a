using EdgeSeq.Benchmarks.Kernels;
using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Benchmarks.Ort;

/// <summary>Networks that run on whole windows of a signal [1, channels, time].</summary>
internal static class WindowGraphs
{
    /// <summary>As sleep is staged: 30 s at 100 Hz through convolutions and pooling, then a bidirectional LSTM over what is left.</summary>
    public static OnnxGraph Eeg()
    {
        const int Hidden = 128;
        const int Left = 13;
        var graph = Of("eeg_cnn_bilstm", 1, 3000);
        var x = Relu(graph, Conv(graph, "first", "x", 64, 1, 50, stride: 6));
        x = Pool(graph, "pool", x, 8);
        x = Relu(graph, Conv(graph, "second", x, 128, 64, 8));
        x = Relu(graph, Conv(graph, "third", x, 128, 128, 8));
        x = Pool(graph, "pool2", Relu(graph, Conv(graph, "fourth", x, 128, 128, 8)), 3);
        var sequence = Node(graph, "time_first", "Transpose", [x], ("perm", (long[])[2, 0, 1]));
        var both = Lstm(graph, sequence, 128, Hidden);
        var last = Node(graph, "features", "Reshape", [both, Shape(graph, "flat", 1, Left * 2 * Hidden)]);
        graph.Linear("classes", last, 5, Left * 2 * Hidden, int8: false);
        graph.Output("classes", 1, 5);
        return graph.Graph;
    }

    /// <summary>Dilated convolutions over raw audio, as long as the signal.</summary>
    public static OnnxGraph RawAudio()
    {
        const int Samples = 4000;
        var graph = Of("raw_audio_tcn", 1, Samples);
        var x = Relu(graph, Conv(graph, "first", "x", 32, 1, 3));
        for (var block = 0; block < 6; block++)
            x = Relu(graph, Conv(graph, $"block{block}", x, 32, 32, 3, dilation: 1 << block));
        Conv(graph, "y", x, 1, 32, 1);
        graph.Output("y", 1, 1, Samples - (2 * (1 + 63)));
        return graph.Graph;
    }

    public static OnnxGraph Upsampler()
    {
        const int Length = 312;
        var graph = Of("conv_transpose_128_64", 128, Length);
        var weights = graph.Constant("w", OnnxTensor.FromFloats(Data.Floats(128 * 64 * 4), 128, 64, 4));
        Node(graph, "y", "ConvTranspose", ["x", weights], ("strides", (long[])[2]));
        graph.Output("y", 1, 64, (2 * (Length - 1)) + 4);
        return graph.Graph;
    }

    private static StepGraph Of(string name, int channels, int length)
    {
        var graph = new StepGraph(name);
        graph.Input("x", 1, channels, length);
        return graph;
    }

    private static string Conv(StepGraph graph, string name, string x, int outputs, int inputs, int kernel, int stride = 1,
        int dilation = 1)
    {
        // Kept as small as training keeps them, or the layers would blow each other's values up.
        var even = 1 / MathF.Sqrt(inputs * kernel);
        float[] values = [.. Data.Floats(outputs * inputs * kernel).Select(value => value * even)];
        var weights = graph.Constant($"{name}.w", OnnxTensor.FromFloats(values, outputs, inputs, kernel));
        var bias = graph.Constant($"{name}.b", OnnxTensor.FromFloats(Data.Floats(outputs), outputs));
        return Node(graph, name, "Conv", [x, weights, bias], ("strides", (long[])[stride]), ("dilations", (long[])[dilation]));
    }

    private static string Pool(StepGraph graph, string name, string x, int size) =>
        Node(graph, name, "MaxPool", [x], ("kernel_shape", (long[])[size]), ("strides", (long[])[size]));

    private static string Lstm(StepGraph graph, string x, int inputs, int hidden)
    {
        var rows = 4 * hidden;
        var w = graph.Constant("lstm.w", OnnxTensor.FromFloats(Small(2 * rows * inputs), 2, rows, inputs));
        var r = graph.Constant("lstm.r", OnnxTensor.FromFloats(Small(2 * rows * hidden), 2, rows, hidden));
        return Node(graph, "lstm", "LSTM", [x, w, r], ("hidden_size", (long)hidden), ("direction", "bidirectional"));
    }

    private static float[] Small(int count) => [.. Data.Floats(count).Select(value => value / 8)];

    private static string Shape(StepGraph graph, string name, params long[] dims)
    {
        var bytes = new byte[dims.Length * sizeof(long)];
        Buffer.BlockCopy(dims, 0, bytes, 0, bytes.Length);
        return graph.Constant(name, new OnnxTensor(OnnxElementType.Int64, [dims.Length], bytes));
    }

    private static string Relu(StepGraph graph, string x) => graph.Add($"{x}.relu", "Relu", x);

    private static string Node(StepGraph graph, string name, string op, string[] inputs,
        params (string Name, OnnxAttribute Value)[] attributes)
    {
        var node = graph.Node(name, op, "", inputs, name);
        foreach (var (attribute, value) in attributes)
            node.Attributes[attribute] = value;
        return name;
    }
}
