namespace EdgeSeq.Runtime.Ops;

/// <summary>What <see cref="Running"/> keeps of a stream.</summary>
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
