using System.Text.RegularExpressions;
using EdgeSeq.Runtime.Errors;
using Microsoft.ML.OnnxRuntime;

namespace EdgeSeq.Quantize.Onnx.Ort;

/// <summary>What ONNX Runtime says, as a refusal with the node and its op.</summary>
internal static partial class OrtMessage
{
    /// <param name="code">What failed; an op that ONNX Runtime does not have is ES0452 whatever failed.</param>
    /// <param name="graph">Where a node is looked for that the message names by its op alone.</param>
    public static EdgeSeqException Explain(OnnxRuntimeException exception, ErrorCode code, OnnxGraph? graph)
    {
        var text = Status().Replace(exception.Message.ReplaceLineEndings(" "), "").Trim();
        if (Unknown().Match(text) is { Success: true } unknown)
            return UnknownOp(unknown.Groups["op"].Value.TrimStart(':'), unknown.Groups["node"].Value, graph, exception);

        var (name, op) = NodeOf(text, graph);
        text = Preamble().Replace(text, "").Trim();
        var subject = name is not null ? $"node '{name}'{(op is null ? "" : $" ({op})")}: " : op is not null ? $"a node of op {op}: " : "";
        return new EdgeSeqException(code, $"{subject}ONNX Runtime says: {text}", Hint(code, text, name is not null), exception);
    }

    private static EdgeSeqException UnknownOp(string op, string node, OnnxGraph? graph, OnnxRuntimeException exception)
    {
        var type = op[(op.LastIndexOfAny([':', '.']) + 1)..];
        var name = node.Length > 0 ? node : Named(graph, type);
        var subject = name is null ? "" : $"node '{name}' ({type}): ";
        return RandomOps.Draws(type) ? RandomOps.Refused(subject, exception) : new EdgeSeqException(ErrorCodes.UnknownOp,
            $"{subject}ONNX Runtime has no op '{op}' for the operator sets and element types of this model",
            "export with operators of the ONNX standard (for PyTorch: operator_export_type ONNX, no custom symbolic functions), or replace "
            + "the node by such operators", exception);
    }

    private static (string? Name, string? Op) NodeOf(string text, OnnxGraph? graph)
    {
        foreach (var pattern in new[] { Running(), Loading(), InNode(), BadNode(), Invalid() })
        {
            if (pattern.Match(text) is { Success: true } match && match.Groups["node"].Value is { Length: > 0 } name)
            {
                var op = match.Groups["op"].Value is { Length: > 0 } said ? said
                    : graph?.AndSubgraphs().SelectMany(part => part.Nodes).FirstOrDefault(node => node.Name == name)?.OpType;
                return (name, op);
            }
        }

        var unnamed = Invalid().Match(text).Groups["op"].Value;
        return unnamed.Length == 0 ? (null, null) : (Named(graph, unnamed), unnamed);
    }

    private static string? Named(OnnxGraph? graph, string opType) =>
        graph?.AndSubgraphs().SelectMany(part => part.Nodes).FirstOrDefault(node => node.OpType == opType)?.Name;

    private static string Hint(ErrorCode code, string text, bool isNamed) =>
        text.Contains("type", StringComparison.OrdinalIgnoreCase) && code == ErrorCodes.OnnxRuntimeRejects
            ? "check the file with onnx.checker.check_model(path, full_check=True), and export it again with a newer exporter"
        : code == ErrorCodes.OnnxRuntimeRejects
            ? "the file does not load in ONNX Runtime either; check it with onnx.checker.check_model(path, full_check=True)"
        : isNamed
            ? "run the model in ONNX Runtime on inputs of several lengths; export it so that this node takes any of them, or with the one "
            + "length that it takes"
            : "run the model in ONNX Runtime on inputs of several lengths, and export it with one that it takes";

    [GeneratedRegex(@"^\[ErrorCode:\w+\] ")]
    private static partial Regex Status();

    /// <summary>What stands before the reason: the node, which is told already, and a place in ONNX Runtime's own sources.</summary>
    [GeneratedRegex(@"^Non-zero status code .*?Status Message: "
        + @"|^Load model from .*? failed: ?(This is an invalid model\. In Node, .*?, Error )?"
        + @"|(?<= |^)/\S+\.(cc|h):\d+ .*?\) (?=\S)")]
    private static partial Regex Preamble();

    [GeneratedRegex(@"(Fatal error: (?<op>\S+?)\(-?\d+\) is not a registered function/op)"
        + @"|(Could not find an implementation for (?<op>[^\s(]+)\(\d+\) node with name '(?<node>[^']*)')"
        + @"|(No Op registered for (?<op>\S+) )")]
    private static partial Regex Unknown();

    [GeneratedRegex(@"running (?<op>\S+) node\. Name:\s?'(?<node>[^']*)'")]
    private static partial Regex Running();

    [GeneratedRegex(@"Node ?\((?<node>[^)]+)\) Op \((?<op>[^)]+)\)")]
    private static partial Regex Loading();

    [GeneratedRegex(@"(in|of) node \((?<node>[^)]+)\)")]
    private static partial Regex InNode();

    [GeneratedRegex(@"In Node, \(""(?<node>[^""]*)"", (?<op>\w+), |of Optype \((?<op>\w+)\)")]
    private static partial Regex Invalid();

    [GeneratedRegex(@"Name: (?<node>.+?) OpType: (?<op>\S+)")]
    private static partial Regex BadNode();
}
