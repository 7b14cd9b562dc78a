using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize;

/// <summary>Refusing a graph: always the node's name and op, the reason, and what to do instead.</summary>
internal static class Refusal
{
    public const string UseWindow = "convert with --mode window --window W --hop H to run the whole graph on the last W inputs every H steps";

    public static EdgeSeqException Of(OnnxNode node, string reason, string? hint = null, ErrorCode? code = null) =>
        new(code ?? ErrorCodes.NodeUnsupported, $"node '{node.Name}' ({node.OpType}): {reason}", hint);

    /// <summary>The node needs elements that come later, without bound.</summary>
    public static EdgeSeqException NotCausal(OnnxNode node, string reason) => Of(node, reason, UseWindow, ErrorCodes.NotCausal);
}
