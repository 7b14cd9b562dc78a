using EdgeSeq.Benchmarks.Kernels;
using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Benchmarks.Ort;

/// <summary>A temporal network of depthwise separable convolutions, as keyword spotters have it: [1, 40, time] to [1, 12, time].</summary>
internal static class SeparableGraph
{
    private const int Features = 40;
    private const int Channels = 64;
    private const int Kernel = 9;
    private const int Blocks = 4;
    private const int Classes = 12;

    public static OnnxGraph Of()
    {
        var graph = new StepGraph("separable_tcn");
        graph.Graph.Inputs.Add(Sequence("x", Features));
        var x = Relu(graph, Conv(graph, "first", "x", Channels, Features, 1, 1, groups: 1));
        for (var block = 0; block < Blocks; block++)
        {
            x = Relu(graph, Conv(graph, $"depthwise{block}", x, Channels, 1, Kernel, 1 << block, groups: Channels));
            x = Relu(graph, Conv(graph, $"pointwise{block}", x, Channels, Channels, 1, 1, groups: 1));
        }

        graph.Graph.Outputs.Add(Sequence(Conv(graph, "classes", x, Classes, Channels, 1, 1, groups: 1), Classes));
        return graph.Graph;
    }

    /// <summary>Causal: all padding is before the start.</summary>
    private static string Conv(StepGraph graph, string name, string x, int outputs, int groupChannels, int kernel, int dilation, int groups)
    {
        // Kept as small as training keeps them, or the layers would blow each other's values up.
        var even = 1 / MathF.Sqrt(groupChannels * kernel);
        float[] values = [.. Data.Floats(outputs * groupChannels * kernel).Select(value => value * even)];
        var weights = graph.Constant($"{name}.w", OnnxTensor.FromFloats(values, outputs, groupChannels, kernel));
        var bias = graph.Constant($"{name}.b", OnnxTensor.FromFloats(Data.Floats(outputs), outputs));
        var attributes = graph.Node(name, "Conv", "", [x, weights, bias], name).Attributes;
        attributes["dilations"] = (long[])[dilation];
        attributes["group"] = (long)groups;
        attributes["pads"] = (long[])[(kernel - 1) * dilation, 0];
        return name;
    }

    private static string Relu(StepGraph graph, string x) => graph.Add($"{x}.relu", "Relu", x);

    private static OnnxValue Sequence(string name, int channels) => new(name, OnnxElementType.Float32, [1, channels, "time"]);
}
