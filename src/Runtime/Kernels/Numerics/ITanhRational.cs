namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>An approximation tanh(x) = x·P(x²)/Q(x²). The same pair gives sigmoid(x) = (1 + tanh(x/2))/2; its coefficients for
/// x/2 differ from those for x by powers of two, so the halving costs nothing and changes no bit.</summary>
internal interface ITanhRational : IOddRational
{
    /// <summary>x·P(u) for u = x².</summary>
    static abstract T Numerator<T>(T x, T u)
        where T : struct, ILanes<T>;

    /// <summary>Q(u) for u = x².</summary>
    static abstract T Denominator<T>(T u)
        where T : struct, ILanes<T>;

    /// <summary>x/2·P(u/4) for u = x².</summary>
    static abstract T HalfNumerator<T>(T x, T u)
        where T : struct, ILanes<T>;

    /// <summary>Q(u/4) for u = x².</summary>
    static abstract T HalfDenominator<T>(T u)
        where T : struct, ILanes<T>;
}
