namespace EdgeSeq.Runtime.Ops;

/// <summary>What <see cref="Pool"/> makes of the elements under its kernel.</summary>
internal enum PoolFunction
{
    Max,
    Average,
    Lp,
}
