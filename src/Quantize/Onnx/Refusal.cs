using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx;

/// <summary>Refusing a graph: always the node's name and op, the reason, and what to do instead.</summary>
internal static class Refusal
{
    public const string UseWindow =
        "convert with --mode window --window W --hop H to run the whole graph on the last W inputs every H steps";

    public static EdgeSeqException Of(OnnxNode node, string reason, string? hint = null, ErrorCode? code = null) =>
        new(code ?? ErrorCodes.NodeUnsupported, $"node '{node.Name}' ({node.OpType}): {reason}", hint);

    /// <summary>The node needs elements that come later, without bound.</summary>
    public static EdgeSeqException NotCausal(OnnxNode node, string reason) => Of(node, reason, UseWindow, ErrorCodes.NotCausal);

    /// <summary>A rule failed in a way that it did not foresee: the fault is the converter's, whether the node is malformed or
    /// not.</summary>
    public static EdgeSeqException Fault(OnnxNode node, Exception fault) => new(ErrorCodes.ConverterFault,
        $"node '{node.Name}' ({node.OpType}): the converter fails at it: {fault.GetType().Name}: {fault.Message}",
        "this is a fault of the converter; check the model with onnx.checker, and report it with the model", fault);
}
