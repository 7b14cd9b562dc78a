using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>Says in a line what an ONNX node became.</summary>
internal static class NodeReports
{
    /// <param name="inputRate">Steps of the program for each element of its inputs.</param>
    public static NodeReport Of(OnnxNode node, IEnumerable<Wire?> outputs, int inputRate) => new()
    {
        Name = node.Name,
        OpType = node.OpType,
        Became = string.Join("; ", outputs.OfType<Wire>().Select(wire => wire.Description(inputRate)).Distinct()),
    };
}
