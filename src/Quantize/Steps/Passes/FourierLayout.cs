namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>Where a matrix has real and imaginary parts of bins.</summary>
internal enum FourierLayout
{
    /// <summary>Real and imaginary part of each bin in turn.</summary>
    Pairs,

    /// <summary>All real parts, then all imaginary ones.</summary>
    Halves,

    Real,

    Imaginary,
}
