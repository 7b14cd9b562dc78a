namespace EdgeSeq.Runtime.Definitions.Ops;

/// <summary>Every step op, defined once.</summary>
public static class OpDefinitions
{
    private static readonly OpDefinition[] Defined =
    [
        .. MatrixDefinitions.All,
        .. RecurrentDefinitions.All,
        .. ConvolutionDefinitions.All,
        .. AttentionDefinitions.All,
        .. NormalizationDefinitions.All,
        .. StreamDefinitions.All,
        .. ElementwiseDefinitions.All,
        .. MovementDefinitions.All,
        .. ReductionDefinitions.All,
    ];

    private static readonly Dictionary<string, OpDefinition> ByName = Defined.ToDictionary(op => op.Name, StringComparer.Ordinal);

    /// <summary>Family by family, in the order of docs/file-format.md.</summary>
    public static IReadOnlyList<OpDefinition> All => Defined;

    /// <summary>The op with this name in program files; null where there is none.</summary>
    public static OpDefinition? Find(string name) => ByName.GetValueOrDefault(name);
}
