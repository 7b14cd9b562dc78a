namespace EdgeSeq.Quantize.FrontEnds;

/// <summary>What flows between the stages of a front end: a sequence [1, T, ..] with time on axis 1.</summary>
/// <param name="Wire">Its wire in the graph.</param>
/// <param name="Element">Dimensions of one element, behind those of batch and time.</param>
/// <param name="Kind">What the elements are.</param>
/// <param name="Hz">Samples or rows a second; null where the input's rate is not known.</param>
internal sealed record Signal(string Wire, int[] Element, SignalKind Kind, double? Hz)
{
    public int Rank => Element.Length + 2;

    /// <summary>Samples of one channel: how many an element holds.</summary>
    public int Chunk => Element[^1];

    /// <summary>The last axis.</summary>
    public int Last => Rank - 1;

    /// <summary>Several rows of features an element, where a step takes several frames.</summary>
    public bool HasSeveralRows => Kind == SignalKind.Rows && Element is [> 1, _, ..] && RowsAnElement > 1;

    public int RowsAnElement { get; init; } = 1;
}
