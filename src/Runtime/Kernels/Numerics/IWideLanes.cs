namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>Several lanes, and what crosses them.</summary>
internal interface IWideLanes<TSelf> : ILanes<TSelf>
    where TSelf : struct, IWideLanes<TSelf>
{
    /// <summary>The largest lane; no lane is a NaN. Of 0 and -0 it may give either.</summary>
    static abstract float Largest(TSelf a);

    /// <summary>Adds 16 partial sums, which lie in as many of the registers as they fill, by a tree: halves of 8, 4, 2 and 1.</summary>
    static abstract float Total(TSelf a, TSelf b, TSelf c, TSelf d);
}
