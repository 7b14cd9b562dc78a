namespace EdgeSeq.Runtime.Ops;

/// <summary>What <see cref="ArgReduce{T}"/> looks for.</summary>
internal enum ArgFunction
{
    ArgMax,
    ArgMin,
}
