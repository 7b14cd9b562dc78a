using System.IO.Enumeration;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

/// <summary>The nodes that the user keeps out of quantisation.</summary>
internal static class ExcludedNodes
{
    /// <param name="graph">The float graph.</param>
    /// <param name="reports">The ONNX nodes that it was made from.</param>
    /// <param name="names">Names of single nodes.</param>
    /// <param name="patterns">Patterns with * and ? for node names and ONNX op types.</param>
    /// <returns>Which option keeps a node float, by the node's name.</returns>
    /// <exception cref="EdgeSeqException">ES0704: a name or pattern fits no node that could be quantised.</exception>
    public static IReadOnlyDictionary<string, string> Of(
        StepGraph graph, IEnumerable<NodeReport> reports, IEnumerable<string> names, IEnumerable<string> patterns)
    {
        var known = graph.Nodes.Where(NodePrecisions.CanBeInt8).Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        var typeOf = reports.GroupBy(report => report.Name).ToDictionary(group => group.Key, group => group.First().OpType);
        var excluded = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            Require(known.Contains(name), $"--float-node: no node '{name}' has weights, a table or attention to quantise");
            excluded[name] = $"--float-node {name}";
        }

        foreach (var pattern in patterns)
        {
            string[] fitting =
                [.. known.Where(name => Fits(pattern, name) || (typeOf.TryGetValue(name, out var type) && Fits(pattern, type)))];
            Require(fitting.Length > 0, $"--exclude: '{pattern}' fits no node with weights, a table or attention to quantise");
            foreach (var name in fitting)
                excluded.TryAdd(name, $"--exclude {pattern}");
        }

        return excluded;
    }

    private static bool Fits(string pattern, string text) => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, message, "edgeseq-convert convert --explain lists the nodes");
    }
}
