using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Benchmarks.Ort;

/// <summary>One decode step of a transformer layer over a full cache, as an ONNX graph with the layer of
/// <see cref="Kernels.AttentionSubjects"/>: keys and values lie in float32 buffers [1, heads, window, size / heads], of which the step
/// writes the last token in place.</summary>
internal static class DecodeLayerGraph
{
    /// <summary>The outputs that stand for the same memory as an input.</summary>
    public static readonly IReadOnlyDictionary<string, string> InPlace =
        new Dictionary<string, string> { ["keys_after"] = "keys", ["values_after"] = "values" };

    /// <param name="int8">Of the four projections; attention itself is float32 either way.</param>
    public static OnnxGraph Of(int size, int heads, int feedForward, int window, bool int8)
    {
        var graph = new StepGraph("decode");
        var x = graph.Input("x", 1, 1, size);
        var qkv = graph.Linear("qkv", Normalized(graph, "norm_1", x, size), 3 * size, size, int8);
        var mixed = Attention(graph, qkv, size, heads, window);
        var middle = graph.Add("middle", "Add", x, graph.Linear("projected", mixed, size, size, int8));
        var wide = graph.Linear("up", Normalized(graph, "norm_2", middle, size), feedForward, size, int8);
        graph.Node("gelu", "Gelu", "com.microsoft", [wide], "active");
        graph.Output(graph.Add("y", "Add", middle, graph.Linear("down", "active", size, feedForward, int8)), 1, 1, size);
        return graph.Graph;
    }

    /// <summary>GroupQueryAttention takes queries, keys and values of the new token in one row.</summary>
    private static string Attention(StepGraph graph, string qkv, int size, int heads, int window)
    {
        long[] cache = [1, heads, window, size / heads];
        string[] inputs =
        [
            qkv, "", "", graph.Input("keys", cache), graph.Input("values", cache),
            graph.Constant("tokens_before", OnnxTensor.Filled(OnnxElementType.Int32, [1], window - 1)),
            graph.Constant("tokens", OnnxTensor.Filled(OnnxElementType.Int32, [], window)),
        ];
        var node = graph.Node("attention", "GroupQueryAttention", "com.microsoft", inputs, "mixed", "keys_after", "values_after");
        node.Attributes["num_heads"] = (long)heads;
        node.Attributes["kv_num_heads"] = (long)heads;
        graph.Output("keys_after", cache);
        graph.Output("values_after", cache);
        return "mixed";
    }

    private static string Normalized(StepGraph graph, string name, string x, int size) =>
        graph.Add(name, "LayerNormalization", x, graph.Constant(name + ".scale", OnnxTensor.Filled(OnnxElementType.Float32, [size], 1)));
}
