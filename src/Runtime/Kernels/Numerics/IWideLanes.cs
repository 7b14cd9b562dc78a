namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>Several lanes, and what crosses them.</summary>
internal interface IWideLanes<TSelf> : ILanes<TSelf>
    where TSelf : struct, IWideLanes<TSelf>
{
    /// <summary>The largest lane; no lane is a NaN. Of 0 and -0 it may give either.</summary>
    static abstract float Largest(TSelf a);

    /// <summary>Adds the lanes by a tree: the halves, their halves and so on.</summary>
    static abstract float Total(TSelf a);
}
