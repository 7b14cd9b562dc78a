namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>What a sum is made of.</summary>
internal interface ITerms<TLanes>
{
    /// <summary>Adds as many terms from <paramref name="at"/> on as there are lanes.</summary>
    TLanes Add(nint at, TLanes sum);

    /// <summary>Adds the first <paramref name="count"/> of them and touches no others.</summary>
    TLanes AddFirst(nint at, nint count, TLanes sum);
}
