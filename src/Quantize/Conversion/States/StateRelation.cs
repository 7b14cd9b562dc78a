namespace EdgeSeq.Quantize.Conversion.States;

/// <summary>What a wire is made of, seen from one input of the graph.</summary>
internal enum RelationKind
{
    /// <summary>It depends on the input in no way.</summary>
    None,

    /// <summary>It depends on the input, in a way that says nothing about states.</summary>
    Depends,

    /// <summary>Elements of the input as they are: reshaped, cut, put beside others.</summary>
    Moved,

    /// <summary>An affine function of the input's elements, each by itself.</summary>
    Affine,

    /// <summary>Final states of recurrent nodes that start from the input.</summary>
    FinalState,
}

/// <summary>How a wire of the graph follows from one of its inputs.</summary>
/// <param name="Kind">The form.</param>
internal sealed record StateRelation(RelationKind Kind)
{
    public static readonly StateRelation None = new(RelationKind.None);

    public static readonly StateRelation Depends = new(RelationKind.Depends);

    public static readonly StateRelation Same = new(RelationKind.Moved);

    /// <summary>Moved: data of other inputs stand beside the input's elements. Affine: something is added that other inputs
    /// decide.</summary>
    public bool WithData { get; init; }

    /// <summary>Affine: the input's elements were multiplied before anything was added, by a constant below 1 or by a gate.</summary>
    public bool Decays { get; init; }

    /// <summary>Affine: the sum of the input and data is an output that other outputs are computed from, and the input goes nowhere
    /// else.</summary>
    public bool Accumulates { get; init; }

    /// <summary>FinalState: which of the two states of which nodes.</summary>
    public IReadOnlySet<(string Node, int State)> Finals { get; init; } = new HashSet<(string, int)>();

    /// <summary>The node that shows it, for the report.</summary>
    public string? Node { get; init; }

    /// <summary>The form alone shows that the wire is the next value of the input.</summary>
    public bool IsProof => Kind switch
    {
        RelationKind.FinalState => true,
        RelationKind.Moved => WithData,
        RelationKind.Affine => WithData && (Decays || Accumulates),
        _ => false,
    };

    /// <summary>The evidence in a few words.</summary>
    public string Evidence => Kind switch
    {
        RelationKind.FinalState => $"final and initial state of {string.Join(", ", Finals.Select(final => $"'{final.Node}'").Distinct())}",
        RelationKind.Moved => $"a window that '{Node}' moves on by new data",
        RelationKind.Affine when Accumulates => $"a sum that goes on, at '{Node}'",
        RelationKind.Affine => $"a running average or gated update, at '{Node}'",
        _ => "names",
    };
}
