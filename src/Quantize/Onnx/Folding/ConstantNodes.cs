using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx.Folding;

/// <summary>Replaces the nodes that only depend on constants by their results, all of a graph in one run of ONNX Runtime.</summary>
internal static class ConstantNodes
{
    public const long MaxTensorBytes = 256L << 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <returns>Whether anything was folded. Subgraphs are not entered.</returns>
    public static bool Fold(OnnxGraph graph)
    {
        var constant = ConstantOf(graph);
        if (constant.Count == 0)
            return false;
        var read = graph.Nodes.Where(node => !constant.Contains(node)).SelectMany(OnnxGraph.ReadBy)
            .Concat(graph.Outputs.Select(output => output.Name)).ToHashSet();
        var results = constant.SelectMany(node => node.Outputs).Where(read.Contains).ToList();
        var values = OrtEvaluator.Evaluate(graph, new Dictionary<string, OnnxTensor>(), results, Timeout);

        graph.Nodes.RemoveAll(constant.Contains);
        foreach (var wire in results)
            graph.Initializers[wire] = Checked(wire, values[wire]);
        return true;
    }

    private static HashSet<OnnxNode> ConstantOf(OnnxGraph graph)
    {
        var nodes = new HashSet<OnnxNode>();
        var wires = new HashSet<string>();
        foreach (var node in graph.Nodes.Where(CanFold))
        {
            if (!OnnxGraph.ReadBy(node).All(wire => wires.Contains(wire) || graph.Constant(wire) is not null))
                continue;
            nodes.Add(node);
            wires.UnionWith(node.Outputs);
        }

        return nodes;
    }

    private static bool CanFold(OnnxNode node) =>
        node.Domain is "" or "com.microsoft"
        && node.OpType != "DequantizeLinear"
        && !RandomOps.Draws(node.OpType)
        && !GivesNoTensor(node)
        && node.Subgraphs.All(subgraph => subgraph.Nodes.All(CanFold));

    private static bool GivesNoTensor(OnnxNode node) =>
        node.OpType.Contains("Sequence", StringComparison.Ordinal) || node.OpType.Contains("Optional", StringComparison.Ordinal);

    private static OnnxTensor Checked(string wire, OnnxTensor tensor) => tensor.Bytes.Length <= MaxTensorBytes
        ? tensor
        : throw new EdgeSeqException(
            ErrorCodes.FoldedTensorTooLarge,
            $"the constant '{wire}' of shape {OnnxShape.Format(tensor.Dims)} has {tensor.Bytes.Length} bytes; at most {MaxTensorBytes} are allowed");
}
