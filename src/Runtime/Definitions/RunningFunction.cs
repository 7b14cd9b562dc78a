namespace EdgeSeq.Runtime.Definitions;

/// <summary>What Running keeps of a stream.</summary>
internal enum RunningFunction
{
    Sum,
    Mean,
    SumSquare,
    L2,
    Max,
    Min,
    Prod,
}
