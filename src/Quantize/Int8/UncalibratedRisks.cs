using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Int8;

/// <summary>The nodes of a float graph that int8 would hurt as far as the graph and its weights show it, without recordings.</summary>
internal static class UncalibratedRisks
{
    /// <returns>Why a node stays float, by its name.</returns>
    public static Dictionary<string, string> Of(StepGraph graph)
    {
        var raw = RawInputs.Of(graph);
        var paths = new LogarithmPaths(graph);
        var risks = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if ((RawInputs.Objection(node, raw) ?? paths.Objection(node)) is { } objection)
                risks.TryAdd(node.Name, objection);
        }

        return risks;
    }
}
