using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Int8;

/// <summary>What the user may say about the quantisation.</summary>
internal sealed record QuantizerOptions
{
    /// <summary>Nodes whose weights, tables, keys and values stay float, with the reason.</summary>
    public IReadOnlyDictionary<string, string> FloatNodes { get; init; } = new Dictionary<string, string>();

    /// <summary>Nodes that plain int8 would hurt, as far as the graph shows it.</summary>
    public UncalibratedRisks Risks { get; init; } = UncalibratedRisks.None;

    /// <summary>Raise the precision of nodes until the outputs keep so much. Null: leave every node int8.</summary>
    public PrecisionGoal? Goal { get; init; }

    /// <summary>A .npy file with the class of each recording or step; null: none.</summary>
    public string? Labels { get; init; }

    /// <summary>What float takes no more time stays float.</summary>
    public bool KeepsFreeFloat { get; init; }

    /// <summary>Whether int8 is out for a node, by its name.</summary>
    public bool IsExcluded(string node) => FloatNodes.ContainsKey(node) || Risks.Floats.ContainsKey(node);

    public bool StaysFloat(StepNode node) => IsExcluded(node.Name)
        || NodePrecisions.IsFasterInFloat(node) || (KeepsFreeFloat && FormedNodes.IsFreeInFloat(node));
}
