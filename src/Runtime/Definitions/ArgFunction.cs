namespace EdgeSeq.Runtime.Definitions;

/// <summary>What ArgReduce looks for.</summary>
internal enum ArgFunction
{
    ArgMax,
    ArgMin,
}
