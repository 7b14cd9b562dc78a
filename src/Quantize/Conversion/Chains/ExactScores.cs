using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>Scores near 0, which is where those of a detector lie: a sigmoid that is an output is written as 1 / (1 + e⁻ˣ), which is exact
/// relative to its value; the kernel of the gates is exact relative to 1.</summary>
internal static class ExactScores
{
    public static void Apply(OnnxGraph graph)
    {
        foreach (var output in graph.Outputs)
        {
            var at = graph.Nodes.FindIndex(node => node.Is("Sigmoid") && node.Outputs[0] == output.Name);
            if (at < 0)
                continue;

            var node = graph.Nodes[at];
            string Wire(string part) => $"{output.Name}/{part}";
            OnnxNode Part(string op, string[] inputs, string result) =>
                new($"{node.Name}/{op}", op) { Inputs = [.. inputs], Outputs = [result] };
            graph.Initializers[Wire("one")] = OnnxTensor.Scalar(1f);
            graph.Nodes.RemoveAt(at);
            graph.Nodes.InsertRange(at,
            [
                Part("Neg", [node.Inputs[0]], Wire("negative")), Part("Exp", [Wire("negative")], Wire("power")),
                Part("Add", [Wire("power"), Wire("one")], Wire("sum")), Part("Reciprocal", [Wire("sum")], output.Name),
            ]);
        }
    }
}
