namespace EdgeSeq.Runtime.Kernels;

/// <summary>The fields of <see cref="AttentionHead"/> in their order, for code that reads them by their place.</summary>
internal enum AttentionField
{
    Keys,
    Query,
    QueryEnd,
    Start,
    KeyScale,
    Scale,
    Scores,
    ValueScale,
    Highest,
    Values,
    ValueStride,
    Inverse,
    Factor,
    Y,
    Turns,
    Tiles,
    Sums,
}
