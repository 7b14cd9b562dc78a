namespace EdgeSeq.Quantize.Onnx.Opsets;

/// <summary>
/// Brings the nodes of every supported operator set version into one canonical spelling, that of <see cref="CanonicalVersion"/>, so
/// that later code sees each op in one form and the graph stays a valid ONNX graph. Training forms of ops are refused.
/// </summary>
public static class OpsetNormalizer
{
    /// <summary>Newer versions are kept as they are.</summary>
    public const long CanonicalVersion = 23;

    /// <summary>Changes the graph and its subgraphs in place.</summary>
    /// <returns>Whether the graph held something that ONNX does not allow, for which there is a valid spelling now.</returns>
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0451: a node is in training mode or has no equivalent.</exception>
    public static bool Normalize(OnnxGraph graph)
    {
        var scope = new NormalizationScope(graph);
        foreach (var each in graph.AndSubgraphs().ToList())
            Normalize(each, scope);
        graph.Opsets[""] = Math.Max(graph.Opsets[""], CanonicalVersion);
        return scope.IsRepaired;
    }

    private static void Normalize(OnnxGraph graph, NormalizationScope scope)
    {
        scope.Enter(graph);
        var nodes = graph.Nodes.ToList();
        graph.Nodes.Clear();
        foreach (var node in nodes)
        {
            if (node.Domain.Length == 0)
                AttributeMoves.Apply(node, scope);
            graph.Nodes.AddRange(node.Domain switch
            {
                "" => OpsetConversions.Apply(node, scope).SelectMany(part => VectorInputs.Apply(part, scope)),
                "com.microsoft" => FusedConversions.Apply(node, scope),
                _ => [node],
            });
        }
    }
}
