namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>An approximation f(x) = x·P(x²)/Q(x²).</summary>
internal interface IOddRational
{
    /// <summary>Beyond this the rational stays at ±1 and P and Q at magnitudes whose products cannot overflow.</summary>
    static abstract float Bound { get; }

    /// <summary>Of P, highest power first, then of Q; as many.</summary>
    static abstract ReadOnlySpan<float> Coefficients { get; }
}
