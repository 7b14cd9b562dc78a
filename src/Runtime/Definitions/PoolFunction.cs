namespace EdgeSeq.Runtime.Definitions;

/// <summary>What Pool makes of the elements under its kernel.</summary>
internal enum PoolFunction
{
    Max,
    Average,
    Lp,
}
