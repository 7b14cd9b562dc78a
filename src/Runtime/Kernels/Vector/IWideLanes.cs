using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Several lanes, what crosses them, and how kernels best go with them.</summary>
internal unsafe interface IWideLanes<TSelf> : ILanes<TSelf>
    where TSelf : struct, IWideLanes<TSelf>
{
    /// <summary>Whether the numerators and denominators of rationals go through memory, one function after the other: for lanes in
    /// several registers side by side, which would not all fit otherwise.</summary>
    static virtual bool SplitsRationals => false;

    /// <summary>Registers of rows that <see cref="ProductsF32{TLanes}"/> multiplies with several vectors at once.</summary>
    static virtual int RowRegisters => 2;

    /// <summary>Whether there are registers for all four sums of three vectors with two registers of rows.</summary>
    static virtual bool HoldsAllChains => false;

    /// <summary>The largest lane; no lane is a NaN. Of 0 and -0 it may give either.</summary>
    static abstract float Largest(TSelf a);

    /// <summary>Adds the lanes by a tree: the halves, their halves and so on.</summary>
    static abstract float Total(TSelf a);

    /// <summary>As <see cref="DotF32{TLanes}.Dot"/>, which it is unless an instruction set has a loop of its own.</summary>
    static virtual void Dot(float* w, nint stride, nint tiles, float* x, nint columns, float* sums) =>
        DotF32<TSelf>.Dot(w, stride, tiles, x, columns, sums);
}
