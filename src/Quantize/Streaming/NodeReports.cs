using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>Says in a line what an ONNX node became.</summary>
internal static class NodeReports
{
    public static NodeReport Of(OnnxNode node, IEnumerable<Wire?> outputs) => new()
    {
        Name = node.Name,
        OpType = node.OpType,
        Became = string.Join("; ", outputs.OfType<Wire>().Select(wire => wire.Description).Distinct()),
    };
}
