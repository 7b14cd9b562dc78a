namespace EdgeSeq.Runtime.Definitions;

/// <summary>How a scatter combines an element with its update.</summary>
internal enum ScatterReduction
{
    None,
    Add,
    Mul,
    Max,
    Min,
}
