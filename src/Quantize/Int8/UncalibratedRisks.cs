using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Int8;

/// <summary>The nodes of a float graph that int8 would hurt as far as the graph and its weights show it, without recordings.</summary>
/// <param name="Floats">Why a node stays float, by its name.</param>
/// <param name="Scaled">Why a node gets its inputs in the units that its weights show, by its name.</param>
internal sealed record UncalibratedRisks(IReadOnlyDictionary<string, string> Floats, IReadOnlyDictionary<string, string> Scaled)
{
    public static UncalibratedRisks None { get; } = new(new Dictionary<string, string>(), new Dictionary<string, string>());

    public static UncalibratedRisks Of(StepGraph graph)
    {
        var raw = RawInputs.Of(graph);
        var paths = new LogarithmPaths(graph);
        Dictionary<string, string> floats = new(StringComparer.Ordinal), scaled = new(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (paths.Objection(node) is { } logarithm)
                floats.TryAdd(node.Name, logarithm);
            else if (RawInputs.Objection(node, raw) is { } objection)
                (InputScaling.Of(node) is null ? floats : scaled).TryAdd(node.Name, objection);
        }

        return new UncalibratedRisks(floats, scaled);
    }
}
